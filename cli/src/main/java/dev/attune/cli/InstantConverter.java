package dev.attune.cli;

import dev.attune.training.events.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: RFC 3339, or a date, which means its first moment in UTC. */
final class InstantConverter implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new TypeConversionException(
          "'" + text + "' is no time such as 2025-09-01 or 2025-09-01T00:00:00Z");
    }
  }

  static TimeRange span(@Nullable Instant from, @Nullable Instant to) {
    return new TimeRange(
        from == null ? TimeRange.ALL.from() : from.toEpochMilli(),
        to == null ? TimeRange.ALL.to() : to.toEpochMilli());
  }
}
