package dev.attune.training.events;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventTimes;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a file as history: received when they happened, as they are in a replay. Lines that
 * are no events of the past are passed over, and the first one's reason is noted.
 */
public final class PastEvents implements EventFile.Sink<RuntimeException> {
  private final TimeRange span;
  private final Progress progress;
  private final Consumer<InteractionEvent> events;
  private long lines;
  private long passedOver;
  private @Nullable String first;

  private PastEvents(TimeRange span, Progress progress, Consumer<InteractionEvent> events) {
    this.span = span;
    this.progress = progress;
    this.events = events;
  }

  /**
   * Hands over the events of a span.
   *
   * @return how many lines were passed over
   * @throws UserFault when the file can't be read or no line of it is an event
   */
  public static long read(
      Path file, TimeRange span, Progress progress, Consumer<InteractionEvent> events) {
    PastEvents past = new PastEvents(span, progress, events);
    new EventFile(file).read(past);
    if (past.passedOver == past.lines) {
      throw new UserFault(
          "%s has no event%s".formatted(file, past.first == null ? "." : ": " + past.first));
    }
    if (past.first != null) {
      progress.note(
          "%,d of %,d lines are no events and were passed over; the first is %s"
              .formatted(past.passedOver, past.lines, past.first));
    }
    return past.passedOver;
  }

  @Override
  public void event(FileEvent line) {
    lines++;
    progress.at(line.number());
    if (line.occurredAt() == EventTimes.NOT_GIVEN) {
      passOver(line.number(), "`occurredAt` is missing, without which the past has no order");
    } else if (span.contains(line.occurredAt())) {
      EventTimes.settle(line.event(), null, line.occurredAt());
      events.accept(line.event());
    }
  }

  @Override
  public void unreadable(long number, EventError why) {
    lines++;
    passOver(number, (why.field() == null ? "" : "`" + why.field() + "`: ") + why.detail());
  }

  private void passOver(long number, String reason) {
    passedOver++;
    first = first == null ? "line %d: %s".formatted(number, reason) : first;
  }
}
