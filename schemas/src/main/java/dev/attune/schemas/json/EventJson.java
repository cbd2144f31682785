package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedBody.TooMany;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Events in JSON, as contract §3 has them.
 *
 * <p>One pass in the good case: this class walks the envelope, and a fresh parser turns each event
 * straight into its Avro record. Only when that parser gives up on an event is the event walked
 * again, by {@link JsonScanner}, which tells a body that is no JSON (refused whole) from an event
 * that is merely too long, too deep or has a key twice (refused alone). Thread-safe.
 */
public final class EventJson {
  private static final String NOT_JSON = "expected well-formed JSON in UTF-8";

  private final EventLimits limits;
  private final JsonFactory json;
  private final EventWriter writer;

  public EventJson(EventLimits limits) {
    this.limits = limits;
    this.json =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(limits.nesting()).build())
            .build();
    this.writer = new EventWriter(json);
  }

  /** With the limits of the contract. */
  public static EventJson standard() {
    return new EventJson(EventLimits.standard());
  }

  /** Reads one event, or a batch {@code {"sentAt": …, "events": […]}}. */
  public ParsedBody readBody(byte[] body) {
    if (!Utf8.isValid(body, 0, body.length)) {
      return new Malformed(NOT_JSON);
    }
    return new BodyWalk(body).read();
  }

  /** Reads NDJSON: an event a line, blank lines do not count; a bad line refuses itself only. */
  public ParsedBody readLines(byte[] body) {
    List<ParsedEvent> events = new ArrayList<>();
    for (int start = 0; start < body.length; ) {
      int end = lineEnd(body, start);
      JsonScanner scanner = new JsonScanner(body, start, end);
      if (scanner.skipBlank(start) < end) {
        if (events.size() == limits.events()) {
          return new TooMany(limits.events());
        }
        events.add(readLine(body, start, scanner, end));
      }
      start = end + 1;
    }
    return new Events(null, events);
  }

  /** Reads one line of NDJSON. */
  public ParsedEvent readLine(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return readLine(bytes, 0, new JsonScanner(bytes, 0, bytes.length), bytes.length);
  }

  /** One line of NDJSON, without the line break. */
  public String write(InteractionEvent event) {
    return writer.write(event);
  }

  private ParsedEvent readLine(byte[] body, int start, JsonScanner scanner, int end) {
    int from = scanner.skipBlank(start);
    ParsedEvent event = Utf8.isValid(body, start, end) ? readEvent(body, from, scanner, end) : null;
    return event != null && scanner.skipBlank(event.end()) == end
        ? event
        : new ParsedEvent.Invalid(
            new EventError(EventError.MALFORMED, null, NOT_JSON), null, null, start, end);
  }

  /** Null when there is no JSON value. */
  private @Nullable ParsedEvent readEvent(byte[] body, int start, JsonScanner scanner, int end) {
    if (scanner.at(start) != '{') {
      int valueEnd = scanner.value(start);
      EventError noObject = EventError.invalid(null, "expected an event, a JSON object");
      return valueEnd == JsonScanner.BAD
          ? null
          : new ParsedEvent.Invalid(noObject, null, null, start, valueEnd);
    }
    return readObject(body, start, scanner, end);
  }

  private @Nullable ParsedEvent readObject(byte[] body, int start, JsonScanner scanner, int end) {
    int length = Math.min(end - start, limits.eventBytes());
    EventReader reader;
    EventError error;
    try (JsonParser in = json.createParser(ObjectReadContext.empty(), body, start, length)) {
      reader = new EventReader(in, body, start, limits.keepUnknown(), scanner.hasEscapes());
      try {
        error = reader.read();
        int eventEnd = reader.end();
        if (error == null) {
          return new ParsedEvent.Valid(reader.event(), start, eventEnd);
        }
      } catch (JacksonException e) {
        error = refusal(e, in);
      }
    }
    int eventEnd = scanner.value(start);
    if (eventEnd == JsonScanner.BAD) {
      return null;
    }
    if (eventEnd - start > limits.eventBytes()) {
      error =
          new EventError(
              EventError.TOO_LARGE, null, "expected at most " + limits.eventBytes() + " bytes");
    }
    InteractionEvent event = reader.event();
    return new ParsedEvent.Invalid(error, event.getEventId(), event.getUserId(), start, eventEnd);
  }

  private EventError refusal(JacksonException e, JsonParser in) {
    if (e instanceof StreamConstraintsException) {
      return in.streamReadContext().getNestingDepth() >= limits.nesting()
          ? new EventError(
              EventError.TOO_DEEP, null, "expected at most " + limits.nesting() + " levels")
          : EventError.invalid(null, "expected shorter names, texts and numbers");
    }
    return new EventError(
        EventError.DUPLICATE_KEY, null, "expected every key at most once in an object");
  }

  private static int lineEnd(byte[] body, int start) {
    int end = start;
    while (end < body.length && body[end] != '\n') {
      end++;
    }
    return end;
  }

  /** One walk over the envelope of a body. */
  private final class BodyWalk {
    private final byte[] body;
    private final JsonScanner scanner;
    private @Nullable Long sentAt;
    private @Nullable List<ParsedEvent> events;

    BodyWalk(byte[] body) {
      this.body = body;
      this.scanner = new JsonScanner(body, 0, body.length);
    }

    ParsedBody read() {
      int start = scanner.skipBlank(0);
      if (scanner.at(start) != '{') {
        return new Malformed("expected one event or {\"sentAt\": time, \"events\": [...]}");
      }
      return isBatch(start) ? batch(start) : single(start);
    }

    private ParsedBody single(int start) {
      ParsedEvent event = readEvent(body, start, scanner, body.length);
      return event != null && scanner.skipBlank(event.end()) == body.length
          ? new Events(null, List.of(event))
          : new Malformed(NOT_JSON);
    }

    /** A batch shows itself by its key before any key that only an event has. */
    private boolean isBatch(int start) {
      int p = scanner.skipBlank(start + 1);
      while (scanner.at(p) == '"') {
        int keyEnd = scanner.string(p);
        if (keyEnd == JsonScanner.BAD) {
          return false;
        }
        String key = key(p, keyEnd);
        if (key.equals("events") || key.equals("sentAt")) {
          return true;
        }
        if (Shape.EVENT.field(key) != null) {
          return false;
        }
        int value = scanner.afterColon(keyEnd);
        int end = value == JsonScanner.BAD ? value : scanner.value(value);
        if (end == JsonScanner.BAD) {
          return false;
        }
        end = scanner.skipBlank(end);
        p = scanner.at(end) == ',' ? scanner.skipBlank(end + 1) : end;
      }
      return false;
    }

    private ParsedBody batch(int start) {
      int p = scanner.skipBlank(start + 1);
      while (true) {
        int keyEnd = scanner.string(p);
        int value = keyEnd == JsonScanner.BAD ? keyEnd : scanner.afterColon(keyEnd);
        if (value == JsonScanner.BAD) {
          return new Malformed(NOT_JSON);
        }
        int end =
            switch (key(p, keyEnd)) {
              case "sentAt" -> sentAt == null ? sentAt(value) : JsonScanner.BAD;
              case "events" -> events == null ? events(value) : JsonScanner.BAD;
              default -> scanner.value(value);
            };
        if (events != null && events.size() > limits.events()) {
          return new TooMany(limits.events());
        }
        if (end == JsonScanner.BAD) {
          return new Malformed(NOT_JSON + ", sentAt a time and events a list, each once");
        }
        p = scanner.skipBlank(end);
        if (scanner.at(p) != ',') {
          break;
        }
        p = scanner.skipBlank(p + 1);
      }
      return scanner.at(p) == '}' && scanner.skipBlank(p + 1) == body.length && events != null
          ? new Events(sentAt, events)
          : new Malformed(NOT_JSON + ", with a list of events");
    }

    private int sentAt(int start) {
      int end = scanner.value(start);
      if (end == JsonScanner.BAD || scanner.at(start) == 'n') {
        return end;
      }
      OptionalLong time =
          scanner.at(start) == '"' ? Rfc3339.parse(key(start, end)) : OptionalLong.empty();
      if (time.isEmpty()) {
        return JsonScanner.BAD;
      }
      sentAt = time.getAsLong();
      return end;
    }

    private int events(int start) {
      if (scanner.at(start) != '[') {
        return JsonScanner.BAD;
      }
      List<ParsedEvent> read = new ArrayList<>();
      events = read;
      int p = scanner.skipBlank(start + 1);
      if (scanner.at(p) == ']') {
        return p + 1;
      }
      while (true) {
        ParsedEvent event = readEvent(body, p, scanner, body.length);
        if (event == null) {
          return JsonScanner.BAD;
        }
        read.add(event);
        p = scanner.skipBlank(event.end());
        if (read.size() > limits.events() || scanner.at(p) == ']') {
          return p + 1;
        }
        if (scanner.at(p) != ',') {
          return JsonScanner.BAD;
        }
        p = scanner.skipBlank(p + 1);
      }
    }

    /** The bytes between the quotes; a key written with escapes is just an unknown key. */
    private String key(int quote, int end) {
      return new String(body, quote + 1, end - quote - 2, StandardCharsets.UTF_8);
    }
  }
}
