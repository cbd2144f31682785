package dev.attune.core.feature;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Property values travel as JSON text; features and filters see plain values. */
final class PropertyValue {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private PropertyValue() {}

  /** A string without its quotes, a Double, a Boolean; what isn't JSON counts as a string. */
  static @Nullable Object value(@Nullable Object json) {
    if (json == null) {
      return null;
    }
    String text = json.toString();
    if (text.isEmpty() || text.equals("null")) {
      return null;
    }
    try {
      Object value = JSON.readValue(text, Object.class);
      return value instanceof Number n ? (Double) n.doubleValue() : value;
    } catch (JacksonException e) {
      return text;
    }
  }

  static Map<String, @Nullable Object> values(Map<?, ?> properties) {
    var values = new HashMap<String, @Nullable Object>();
    properties.forEach((key, json) -> values.put(key.toString(), value(json)));
    return values;
  }

  static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
