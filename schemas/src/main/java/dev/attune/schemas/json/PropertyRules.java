package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.JsonForm.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What {@link EventReader} asks of unknown and custom properties as it reads them, asked of an
 * event that came in another encoding: each value one JSON value within the limits, and no unknown
 * property with the name of a field, which would pass for that field in JSON. Thread-safe.
 */
final class PropertyRules {
  static final int NAME_LENGTH = 256;

  /** Longer numbers cost quadratic time in whoever evaluates them. */
  static final int NUMBER_LENGTH = 100;

  private static final String CUSTOM = "custom.properties";

  /** The event, {@code custom} and {@code properties} are around a custom event's property. */
  private static final int LEVELS_AROUND_CUSTOM = 3;

  private final JsonFactory json;
  private final EventLimits limits;

  /**
   * @param json refuses an object that has a key twice
   */
  PropertyRules(JsonFactory json, EventLimits limits) {
    this.json = json;
    this.limits = limits;
  }

  /** The first rule that is broken, null when none is. */
  @Nullable EventError check(InteractionEvent event) {
    EventError error = event.getProperties() == null ? null : unknown(event);
    return error == null && event.getCustom() != null
        ? custom(event.getCustom().getProperties())
        : error;
  }

  private @Nullable EventError unknown(InteractionEvent event) {
    for (Map.Entry<String, String> property : event.getProperties().entrySet()) {
      String name = property.getKey();
      String owner = owner(name);
      String path = name.length() > NAME_LENGTH ? null : name;
      EventError error = nameError(path, name);
      if (error != null) {
        return error;
      }
      if (!limits.keepUnknown()) {
        return EventError.invalid(path, "not a field of the contract");
      }
      if (isField(name) || !hasRecord(event, owner)) {
        return EventError.invalid(path, "expected in properties only what is no field");
      }
      error = valueError(path, property.getValue(), owner.isEmpty() ? 1 : 2);
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private @Nullable EventError custom(Map<String, String> properties) {
    for (Map.Entry<String, String> property : properties.entrySet()) {
      EventError error = nameError(CUSTOM, property.getKey());
      error = error == null ? valueError(CUSTOM, property.getValue(), LEVELS_AROUND_CUSTOM) : error;
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private static @Nullable EventError nameError(@Nullable String path, String name) {
    return name.length() > NAME_LENGTH || !isUnicode(name)
        ? EventError.invalid(path, "expected names of at most 256 Unicode characters")
        : null;
  }

  private @Nullable EventError valueError(@Nullable String path, String value, int levelsAround) {
    return switch (look(value, limits.nesting() - levelsAround)) {
      case FINE -> null;
      case NO_VALUE -> EventError.invalid(path, "expected one JSON value as text");
      case DOUBLE_KEY ->
          new EventError(
              EventError.DUPLICATE_KEY, null, "expected every key at most once in an object");
      case TOO_DEEP ->
          new EventError(
              EventError.TOO_DEEP, null, "expected at most " + limits.nesting() + " levels");
    };
  }

  private enum Verdict {
    FINE,
    NO_VALUE,
    DOUBLE_KEY,
    TOO_DEEP
  }

  /** Whether a text is one JSON value that any reader takes. */
  boolean isValue(String text, int levels) {
    return look(text, levels) == Verdict.FINE;
  }

  private Verdict look(String text, int levels) {
    try (JsonParser in = json.createParser(ObjectReadContext.empty(), text)) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > levels) {
          return Verdict.TOO_DEEP;
        }
        if (!isFine(in, token)) {
          return Verdict.NO_VALUE;
        }
        values += depth == 0 ? 1 : 0;
      }
      return values == 1 ? Verdict.FINE : Verdict.NO_VALUE;
    } catch (JacksonException e) {
      return e.getOriginalMessage().startsWith("Duplicate") ? Verdict.DOUBLE_KEY : Verdict.NO_VALUE;
    }
  }

  /** The numbers short enough, and no half of a character in names and texts. */
  static boolean isFine(JsonParser in, JsonToken token) {
    if (token.isNumeric()) {
      return in.getStringLength() <= NUMBER_LENGTH;
    }
    return (token != JsonToken.VALUE_STRING && token != JsonToken.PROPERTY_NAME)
        || isUnicode(in.getString());
  }

  /** Whether the JSON form has a field of that path. */
  static boolean isField(String path) {
    String owner = owner(path);
    Field field = owner.isEmpty() ? null : JsonForm.EVENT.field(withoutDot(owner));
    return field == null
        ? JsonForm.EVENT.field(path) != null
        : field.nested().field(path.substring(owner.length())) != null;
  }

  /** "clicked." for an unknown field of the clicked record, "" for one of the event itself. */
  static String owner(String path) {
    int dot = path.indexOf('.');
    Field field = dot < 0 ? null : JsonForm.EVENT.field(path.substring(0, dot));
    return field == null || field.kind() != JsonForm.Kind.RECORD ? "" : path.substring(0, dot + 1);
  }

  private static boolean hasRecord(InteractionEvent event, String owner) {
    Field field = owner.isEmpty() ? null : JsonForm.EVENT.field(withoutDot(owner));
    return field == null || event.get(field.position()) != null;
  }

  private static String withoutDot(String owner) {
    return owner.substring(0, owner.length() - 1);
  }

  static boolean isUnicode(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == value.length()
            || !Character.isLowSurrogate(value.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
