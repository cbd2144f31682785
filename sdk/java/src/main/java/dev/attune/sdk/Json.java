package dev.attune.sdk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The little JSON (RFC 8259) that the SDK needs, so that it brings no library into its host:
 * objects are {@link Map}, arrays {@link List}, numbers {@link Double}.
 */
final class Json {
  private static final int DEEPEST = 64;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder(256);
    write(value, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    if (value instanceof Map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        out.append(separator);
        quote(String.valueOf(entry.getKey()), out);
        out.append(':');
        write(entry.getValue(), out);
        separator = ",";
      }
      out.append(separator.equals("{") ? "{}" : "}");
    } else if (value instanceof Iterable) {
      String separator = "[";
      for (Object item : (Iterable<?>) value) {
        out.append(separator);
        write(item, out);
        separator = ",";
      }
      out.append(separator.equals("[") ? "[]" : "]");
    } else if (value instanceof Double && !Double.isFinite((Double) value)) {
      out.append("null");
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      quote(value.toString(), out);
    }
  }

  private static void quote(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c) && !paired(value, i)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean paired(String value, int i) {
    return Character.isHighSurrogate(value.charAt(i))
        ? i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
  }

  /**
   * @throws IllegalArgumentException where the text is not one JSON value
   */
  static @Nullable Object read(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.space();
    if (json.at < text.length()) {
      throw json.wrong("the end");
    }
    return value;
  }

  /** An object's fields; none where the text is something else, such as a page. */
  static Map<?, ?> object(String text) {
    try {
      Object value = read(text);
      return value instanceof Map ? (Map<?, ?>) value : Map.of();
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  private @Nullable Object value(int depth) {
    space();
    if (depth > DEEPEST) {
      throw wrong("less nesting");
    }
    switch (peek()) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true", true);
      case 'f':
        return word("false", false);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    at++;
    if (skip('}')) {
      return result;
    }
    do {
      space();
      String key = string();
      expect(':');
      result.put(key, value(depth + 1));
    } while (skip(','));
    expect('}');
    return result;
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> result = new ArrayList<>();
    at++;
    if (skip(']')) {
      return result;
    }
    do {
      result.add(value(depth + 1));
    } while (skip(','));
    expect(']');
    return result;
  }

  private String string() {
    if (peek() != '"') {
      throw wrong("a string");
    }
    at++;
    StringBuilder result = new StringBuilder();
    for (char c = next(); c != '"'; c = next()) {
      result.append(c == '\\' ? escaped() : c);
    }
    return result.toString();
  }

  private char escaped() {
    char c = next();
    switch (c) {
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        at += 4;
        if (at > text.length()) {
          throw wrong("four hex digits");
        }
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
      default:
        return c;
    }
  }

  private Double number() {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (start == at) {
      throw wrong("a value");
    }
    return Double.valueOf(text.substring(start, at));
  }

  private @Nullable Boolean word(String word, @Nullable Boolean value) {
    if (!text.startsWith(word, at)) {
      throw wrong(word);
    }
    at += word.length();
    return value;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private boolean skip(char c) {
    space();
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw wrong("'" + c + "'");
    }
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("expected " + expected + " at character " + at);
  }
}
