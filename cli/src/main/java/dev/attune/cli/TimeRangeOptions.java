package dev.attune.cli;

import dev.attune.training.events.TimeRange;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A part of the past. */
final class TimeRangeOptions {
  @Option(
      names = "--from",
      paramLabel = "T",
      converter = InstantConverter.class,
      description = "Only events at or after this date or RFC 3339 time.")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      paramLabel = "T",
      converter = InstantConverter.class,
      description = "Only events before this date or RFC 3339 time.")
  private @Nullable Instant to;

  /** All of it unless something was asked for. */
  TimeRange range() {
    return new TimeRange(
        from == null ? TimeRange.ALL.from() : from.toEpochMilli(),
        to == null ? TimeRange.ALL.to() : to.toEpochMilli());
  }
}
