package dev.attune.training.events;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventTimes;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.warehouse.Warehouse;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a file, or of a folder that {@code ./attune export} fills, as history: received
 * when they happened, as they are in a replay. Lines that are no events of the past are passed
 * over, and the first one's reason is noted.
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
   * @throws UserFault when the file can't be read or holds no event
   */
  public static long read(
      EventSource source, TimeRange span, Progress progress, Consumer<InteractionEvent> events) {
    PastEvents past = new PastEvents(span, progress, events);
    if (source.isExport()) {
      past.readExport(source);
      return 0;
    }
    new EventFile(Path.of(source.place())).read(past);
    if (past.passedOver == past.lines) {
      throw new UserFault(
          "%s has no event%s"
              .formatted(source.place(), past.first == null ? "." : ": " + past.first));
    }
    if (past.first != null) {
      progress.note(
          "%,d of %,d lines are no events and were passed over; the first is %s"
              .formatted(past.passedOver, past.lines, past.first));
    }
    return past.passedOver;
  }

  /** In the order of their time, whatever their partition. */
  private void readExport(EventSource source) {
    try {
      new Warehouse(WarehouseFiles.at(source.place(), source.endpoint()))
          .read(
              Table.EVENTS,
              span.from(),
              span.to(),
              record -> {
                progress.at(++lines);
                accept((InteractionEvent) record);
              });
    } catch (WarehouseException e) {
      throw new UserFault(source.place() + " can't be read: " + e.getMessage(), e);
    }
    if (lines == 0) {
      throw new UserFault(
          "%s has no events of that time: ./attune export --out %s fills it."
              .formatted(source.place(), source.place()));
    }
  }

  private void accept(InteractionEvent event) {
    EventTimes.settle(event, null, event.getOccurredAt());
    events.accept(event);
  }

  @Override
  public void event(FileEvent line) {
    lines++;
    progress.at(line.number());
    if (line.occurredAt() == EventTimes.NOT_GIVEN) {
      passOver(line.number(), "`occurredAt` is missing, without which the past has no order");
    } else if (span.contains(line.occurredAt())) {
      accept(line.event());
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
