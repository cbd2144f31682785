package dev.attune.training.train;

import dev.attune.schemas.avro.InteractionEvent;
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
   *
   * @return the number of lines that are no events
   */
  public static long read(
      Path file, Span span, Progress progress, Consumer<InteractionEvent> events) {
    long bad = 0;
    long at = 0;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8), 1 << 16)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        progress.at(++at);
        if (line.isBlank()) {
          continue;
        }
        if (JSON.readLine(line) instanceof ParsedEvent.Valid valid
            && valid.event().getOccurredAt() != EventTimes.NOT_GIVEN) {
          InteractionEvent event = valid.event();
          if (span.contains(event.getOccurredAt())) {
            EventTimes.settle(event, null, event.getOccurredAt());
            events.accept(event);
          }
        } else {
          bad++;
        }
      }
    } catch (NoSuchFileException e) {
      throw new UserFault("There is no file " + file + ".", e);
    } catch (IOException e) {
      throw new UserFault(file + " can't be read.", e);
    }
    return bad;
  }
}
