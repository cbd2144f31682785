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
 * <p>A good body is read once: this class walks the envelope, and a fresh parser makes the Avro
 * record of each event. If that parser gives up on an event, {@link JsonText} walks the event
 * again. It tells two cases apart. A body that is no JSON is refused whole. An event that is too
 * long, too deep or has a key twice is refused alone. Thread-safe.
 */
public final class EventJson {
  private static final String NOT_JSON = "expected well-formed JSON in UTF-8";

  private final EventLimits limits;
  private final JsonFactory json;
  private final EventWriter writer;
  private final PropertyRules properties;
  private final JsonText.Walker walker;

  public EventJson(EventLimits limits) {
    this(limits, JsonScanner::new);
  }

  EventJson(EventLimits limits, JsonText.Walker walker) {
    this.limits = limits;
    this.walker = walker;
    this.json = strictFactory(limits.nesting());
    this.properties = new PropertyRules(json, limits);
    this.writer = new EventWriter(json);
  }

  static JsonFactory strictFactory(int nesting) {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(nesting).build())
        .build();
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
      JsonText text = walker.open(body, start, end);
      if (text.skipBlank(start) < end) {
        if (events.size() == limits.events()) {
          return new TooMany(limits.events());
        }
        events.add(readLine(body, start, text, end));
      }
      start = end + 1;
    }
    return new Events(null, events);
  }

  /** Reads one line of NDJSON. */
  public ParsedEvent readLine(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return readLine(bytes, 0, walker.open(bytes, 0, bytes.length), bytes.length);
  }

  /**
   * What reading JSON would refuse of an event's unknown and custom properties, for an event that
   * came in another encoding; null when nothing.
   */
  public @Nullable EventError checkProperties(InteractionEvent event) {
    return properties.check(event);
  }

  /**
   * One line of NDJSON, without the line break. It is JSON whatever the event holds: a property
   * that is no JSON value becomes a string, one that would pass for a field is left out.
   */
  public String write(InteractionEvent event) {
    return writer.write(event);
  }

  private ParsedEvent readLine(byte[] body, int start, JsonText text, int end) {
    int from = text.skipBlank(start);
    ParsedEvent event = Utf8.isValid(body, start, end) ? readEvent(body, from, text, end) : null;
    return event != null && text.skipBlank(event.end()) == end
        ? event
        : new ParsedEvent.Invalid(
            new EventError(EventError.MALFORMED, null, NOT_JSON), null, null, start, end);
  }

  /** Null when there is no JSON value. */
  private @Nullable ParsedEvent readEvent(byte[] body, int start, JsonText text, int end) {
    if (text.at(start + 1) == 0) {
      // Jackson would take it for UTF-16
      return null;
    }
    if (text.at(start) != '{') {
      int valueEnd = text.value(start);
      EventError noObject = EventError.invalid(null, "expected an event, a JSON object");
      return valueEnd == JsonText.BAD
          ? null
          : new ParsedEvent.Invalid(noObject, null, null, start, valueEnd);
    }
    return readObject(body, start, text, end);
  }

  private @Nullable ParsedEvent readObject(byte[] body, int start, JsonText text, int end) {
    int length = Math.min(end - start, limits.eventBytes());
    EventReader reader;
    EventError error;
    try (JsonParser in = json.createParser(ObjectReadContext.empty(), body, start, length)) {
      reader = new EventReader(in, body, start, limits.keepUnknown(), text.hasEscapes());
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
    int eventEnd = text.value(start);
    if (eventEnd == JsonText.BAD) {
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
    return e.getOriginalMessage().startsWith("Duplicate")
        ? new EventError(
            EventError.DUPLICATE_KEY, null, "expected every key at most once in an object")
        : EventError.invalid(null, "expected no lone surrogate in a key");
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
    private final JsonText text;
    private @Nullable Long sentAt;
    private @Nullable List<ParsedEvent> events;

    BodyWalk(byte[] body) {
      this.body = body;
      this.text = walker.open(body, 0, body.length);
    }

    ParsedBody read() {
      int start = text.skipBlank(0);
      if (text.at(start) != '{') {
        return new Malformed("expected one event or {\"sentAt\": time, \"events\": [...]}");
      }
      return isBatch(start) ? batch(start) : single(start);
    }

    private ParsedBody single(int start) {
      ParsedEvent event = readEvent(body, start, text, body.length);
      return event != null && text.skipBlank(event.end()) == body.length
          ? new Events(null, List.of(event))
          : new Malformed(NOT_JSON);
    }

    /** A batch shows itself by its key before any key that only an event has. */
    private boolean isBatch(int start) {
      int p = text.skipBlank(start + 1);
      while (text.at(p) == '"') {
        int keyEnd = text.string(p);
        if (keyEnd == JsonText.BAD) {
          return false;
        }
        String key = key(p, keyEnd);
        if (key.equals("events") || key.equals("sentAt")) {
          return true;
        }
        if (JsonForm.EVENT.field(key) != null) {
          return false;
        }
        int value = text.afterColon(keyEnd);
        int end = value == JsonText.BAD ? value : text.value(value);
        if (end == JsonText.BAD) {
          return false;
        }
        end = text.skipBlank(end);
        p = text.at(end) == ',' ? text.skipBlank(end + 1) : end;
      }
      return false;
    }

    private ParsedBody batch(int start) {
      int p = text.skipBlank(start + 1);
      while (true) {
        int keyEnd = text.string(p);
        int value = keyEnd == JsonText.BAD ? keyEnd : text.afterColon(keyEnd);
        if (value == JsonText.BAD) {
          return new Malformed(NOT_JSON);
        }
        int end =
            switch (key(p, keyEnd)) {
              case "sentAt" -> sentAt == null ? sentAt(value) : JsonText.BAD;
              case "events" -> events == null ? events(value) : JsonText.BAD;
              default -> text.value(value);
            };
        if (events != null && events.size() > limits.events()) {
          return new TooMany(limits.events());
        }
        if (end == JsonText.BAD) {
          return new Malformed(NOT_JSON + ", sentAt a time and events a list, each once");
        }
        p = text.skipBlank(end);
        if (text.at(p) != ',') {
          break;
        }
        p = text.skipBlank(p + 1);
      }
      return text.at(p) == '}' && text.skipBlank(p + 1) == body.length && events != null
          ? new Events(sentAt, events)
          : new Malformed(NOT_JSON + ", with a list of events");
    }

    private int sentAt(int start) {
      int end = text.value(start);
      if (end == JsonText.BAD || text.at(start) == 'n') {
        return end;
      }
      OptionalLong time =
          text.at(start) == '"' ? Rfc3339.parse(key(start, end)) : OptionalLong.empty();
      if (time.isEmpty()) {
        return JsonText.BAD;
      }
      sentAt = time.getAsLong();
      return end;
    }

    private int events(int start) {
      if (text.at(start) != '[') {
        return JsonText.BAD;
      }
      List<ParsedEvent> read = new ArrayList<>();
      events = read;
      int p = text.skipBlank(start + 1);
      if (text.at(p) == ']') {
        return p + 1;
      }
      while (true) {
        ParsedEvent event = readEvent(body, p, text, body.length);
        if (event == null) {
          return JsonText.BAD;
        }
        read.add(event);
        p = text.skipBlank(event.end());
        if (read.size() > limits.events() || text.at(p) == ']') {
          return p + 1;
        }
        if (text.at(p) != ',') {
          return JsonText.BAD;
        }
        p = text.skipBlank(p + 1);
      }
    }

    /** The bytes between the quotes; a key written with escapes is just an unknown key. */
    private String key(int quote, int end) {
      return new String(body, quote + 1, end - quote - 2, StandardCharsets.UTF_8);
    }
  }
}
