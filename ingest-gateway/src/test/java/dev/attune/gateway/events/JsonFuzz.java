package dev.attune.gateway.events;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody;
import dev.attune.schemas.json.ParsedEvent;
import java.nio.charset.StandardCharsets;

/**
 * A fuzz target: whatever the bytes, reading JSON ends in a value, and what it takes can be written
 * and read again as the same event.
 */
public final class JsonFuzz {
  private static final EventJson JSON = EventJson.standard();

  private JsonFuzz() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] body) {
    check(JSON.readBody(body), body.length);
    check(JSON.readLines(body), body.length);
  }

  private static void check(ParsedBody body, int length) {
    switch (body) {
      case ParsedBody.Malformed malformed -> require(!malformed.detail().isEmpty(), "no detail");
      case ParsedBody.TooMany tooMany -> {}
      case ParsedBody.Events events -> events.events().forEach(event -> check(event, length));
    }
  }

  private static void check(ParsedEvent parsed, int length) {
    switch (parsed) {
      case ParsedEvent.Invalid invalid ->
          require(
              0 <= invalid.start() && invalid.start() <= invalid.end() && invalid.end() <= length,
              "its bytes lie in the body");
      case ParsedEvent.Valid valid -> sameAgain(valid.event());
    }
  }

  private static void sameAgain(InteractionEvent event) {
    String line = JSON.write(event);
    // written out, an event may outgrow the limit that its shorter spelling kept
    if (line.getBytes(StandardCharsets.UTF_8).length < 32 * 1024
        && JSON.readLine(line) instanceof ParsedEvent.Valid again) {
      require(again.event().getEventId().equals(event.getEventId()), "its id");
      require(again.event().getUserId().equals(event.getUserId()), "its user");
      require(again.event().getType().equals(event.getType()), "its type");
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
