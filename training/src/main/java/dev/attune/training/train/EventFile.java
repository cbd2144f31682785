package dev.attune.training.train;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.EventTimes;
import dev.attune.schemas.json.ParsedEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Events in the ingest format, a line each. */
public final class EventFile {
  private static final EventJson JSON = EventJson.standard();

  private EventFile() {}

  /** From inclusive, to exclusive, epoch milliseconds. */
  public record Span(long from, long to) {

    public static final Span ALL = new Span(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean contains(long time) {
      return time >= from && time < to;
    }
  }

  /**
   * Hands over the events of a span. History is received when it happened, as it is in replay.
   * Lines that are no events are passed over, which is noted with the first one's reason.
   *
   * @return how many were passed over
   * @throws UserFault when the file can't be read or no line of it is an event
   */
  public static long read(
      Path file, Span span, Progress progress, Consumer<InteractionEvent> events) {
    long lines = 0;
    long at = 0;
    long bad = 0;
    String first = null;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8), 1 << 16)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        progress.at(++at);
        if (line.isBlank()) {
          continue;
        }
        lines++;
        String fault = accept(JSON.readLine(line), span, events);
        if (fault != null) {
          bad++;
          first = first == null ? "line %d: %s".formatted(at, fault) : first;
        }
      }
    } catch (NoSuchFileException e) {
      throw new UserFault("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new UserFault(file + " can't be read.", e);
    }
    if (bad == lines) {
      throw new UserFault("%s has no event%s".formatted(file, first == null ? "." : ": " + first));
    }
    if (first != null) {
      progress.note(
          "%,d of %,d lines are no events and were passed over; the first is %s"
              .formatted(bad, lines, first));
    }
    return bad;
  }

  /** What keeps a line from being an event of the past. */
  private static @Nullable String accept(
      ParsedEvent parsed, Span span, Consumer<InteractionEvent> events) {
    if (parsed instanceof ParsedEvent.Invalid invalid) {
      return describe(invalid.error());
    }
    InteractionEvent event = ((ParsedEvent.Valid) parsed).event();
    if (event.getOccurredAt() == EventTimes.NOT_GIVEN) {
      return "`occurredAt` is missing, without which the past has no order";
    }
    if (span.contains(event.getOccurredAt())) {
      EventTimes.settle(event, null, event.getOccurredAt());
      events.accept(event);
    }
    return null;
  }

  private static String describe(EventError error) {
    return error.field() == null ? error.detail() : "`" + error.field() + "`: " + error.detail();
  }
}
