package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.JsonForm.Field;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads one event from a parser into its Avro record, without a tree. A wrong value is noted, the
 * first one wins, and reading goes on: the event's end and its ids are wanted in any case. What the
 * parser itself refuses (duplicate keys, nesting) arrives as its exception. One use, one thread.
 */
final class EventReader {
  private static final int NUMBER_LENGTH = PropertyRules.NUMBER_LENGTH;
  private static final int NAME_LENGTH = PropertyRules.NAME_LENGTH;

  private final JsonParser in;
  private final byte[] text;
  private final int base;
  private final boolean keepUnknown;
  private final boolean escapes;
  private final InteractionEvent event = new InteractionEvent();
  private final Map<String, String> unknown = new HashMap<>();
  private @Nullable EventError error;

  /**
   * @param text valid UTF-8
   * @param base where the event starts in it
   * @param escapes whether strings may hold escapes; without them there are no lone surrogates
   */
  EventReader(JsonParser in, byte[] text, int base, boolean keepUnknown, boolean escapes) {
    this.in = in;
    this.text = text;
    this.base = base;
    this.keepUnknown = keepUnknown;
    this.escapes = escapes;
  }

  InteractionEvent event() {
    return event;
  }

  /** Reads to the event's closing brace; the parser stands before its opening one. */
  @Nullable EventError read() {
    event.setOccurredAt(EventTimes.NOT_GIVEN);
    in.nextToken();
    record(JsonForm.EVENT, event, "");
    if (!unknown.isEmpty()) {
      event.setProperties(unknown);
    }
    MessageLength.fill(event);
    return error == null ? EventRules.check(event) : error;
  }

  /** The position after the last byte that was read. */
  int end() {
    return base + (int) in.currentLocation().getByteOffset();
  }

  private void record(JsonForm form, SpecificRecordBase target, String prefix) {
    long missing = form.required();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      Field field = form.field(name);
      JsonToken token = in.nextToken();
      if (field == null) {
        unknown(prefix + name);
      } else if (token != JsonToken.VALUE_NULL) {
        missing &= ~(1L << field.position());
        value(field, token, target);
      }
    }
    if (missing != 0) {
      fail(form.at(Long.numberOfTrailingZeros(missing)).missing());
    }
  }

  private void value(Field field, JsonToken token, SpecificRecordBase target) {
    Object value =
        switch (field.kind()) {
          case TEXT -> token == JsonToken.VALUE_STRING ? text(field) : wrong(field, "a string");
          case TIME -> time(field, token);
          case REAL -> token.isNumeric() ? real(field) : wrong(field, "a number");
          case INT -> integer(field, token);
          case FLAG ->
              token.isBoolean()
                  ? (Object) (token == JsonToken.VALUE_TRUE)
                  : wrong(field, "true or false");
          case JSON_MAP -> token == JsonToken.START_OBJECT ? map(field) : wrong(field, "an object");
          case RECORD ->
              token == JsonToken.START_OBJECT ? nested(field) : wrong(field, "an object");
        };
    if (value != null) {
      target.put(field.position(), value);
    }
  }

  private SpecificRecordBase nested(Field field) {
    SpecificRecordBase nested = field.nested().newRecord();
    record(field.nested(), nested, field.path() + ".");
    return nested;
  }

  private @Nullable String text(Field field) {
    String value = in.getString();
    if (!isUnicode(value)) {
      fail(field.path(), "expected Unicode text, no lone surrogates");
      return null;
    }
    return value;
  }

  private @Nullable Object time(Field field, JsonToken token) {
    OptionalLong time =
        token == JsonToken.VALUE_STRING ? Rfc3339.parse(in.getString()) : OptionalLong.empty();
    if (time.isPresent()) {
      return time.getAsLong();
    }
    return wrong(field, "an RFC 3339 time such as 2026-01-02T03:04:05.678Z");
  }

  private @Nullable Object integer(Field field, JsonToken token) {
    if (token == JsonToken.VALUE_NUMBER_INT
        && in.getStringLength() <= NUMBER_LENGTH
        && in.getNumberType() == JsonParser.NumberType.INT) {
      return in.getIntValue();
    }
    return wrong(field, "a whole number of 32 bits");
  }

  private @Nullable Object real(Field field) {
    if (in.getStringLength() > NUMBER_LENGTH) {
      return wrong(field, "a number of at most " + NUMBER_LENGTH + " characters");
    }
    double value = in.getDoubleValue();
    return Double.isFinite(value) ? (Object) value : wrong(field, "a finite number");
  }

  private Map<String, String> map(Field field) {
    Map<String, String> map = new HashMap<>();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      in.nextToken();
      checkName(field.path(), name);
      map.put(name, rawValue(field.path()));
    }
    return map;
  }

  private void unknown(String path) {
    checkName(path.length() > NAME_LENGTH ? null : path, path);
    if (keepUnknown) {
      unknown.put(path, rawValue(null));
    } else {
      skip();
      fail(path.length() > NAME_LENGTH ? null : path, "not a field of the contract");
    }
  }

  private void checkName(@Nullable String path, String name) {
    if (name.length() > NAME_LENGTH || !isUnicode(name)) {
      fail(path, "expected names of at most " + NAME_LENGTH + " Unicode characters");
    }
  }

  /** The JSON text of the current value, as the client wrote it. */
  private String rawValue(@Nullable String path) {
    int start = base + (int) in.currentTokenLocation().getByteOffset();
    if (!skip()) {
      fail(
          path, "expected numbers of at most " + NUMBER_LENGTH + " characters, no lone surrogates");
    }
    return new String(text, start, end() - start, StandardCharsets.UTF_8);
  }

  private @Nullable Object wrong(Field field, String expected) {
    skip();
    fail(field.path(), "expected " + expected);
    return null;
  }

  /** Moves to the end of the current value; false when it holds what no reader should get. */
  private boolean skip() {
    boolean fine = true;
    int depth = 0;
    JsonToken token = in.currentToken();
    while (token != null) {
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      // without escapes valid UTF-8 has no half characters, and texts need no look
      fine &= !(escapes || token.isNumeric()) || PropertyRules.isFine(in, token);
      if (depth == 0) {
        in.finishToken();
        break;
      }
      token = in.nextToken();
    }
    return fine;
  }

  private void fail(@Nullable String field, String detail) {
    fail(EventError.invalid(field, detail));
  }

  private void fail(EventError found) {
    if (error == null) {
      error = found;
    }
  }

  private boolean isUnicode(String value) {
    return !escapes || PropertyRules.isUnicode(value);
  }
}
