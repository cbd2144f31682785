package dev.attune.core.privacy;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masks one JSON text: what its strings, names and numbers mean, not how they are written. Nothing
 * else of it changes. A text that is no JSON is read as far as it looks like it. One use.
 */
final class JsonMasking {
  /** More digits, or places after the point, are no number of a card or an account. */
  private static final int LONGEST_NUMBER = 60;

  private final Masking masking;
  private final String json;
  private final Set<String> maskedNames = new HashSet<>();
  private @Nullable StringBuilder out;
  private int copied;

  JsonMasking(Masking masking, String json) {
    this.masking = masking;
    this.json = json;
  }

  String masked() {
    int p = 0;
    while (p < json.length()) {
      char c = json.charAt(p);
      if (c == '"') {
        p = string(p);
      } else if (isNumber(c)) {
        p = number(p);
      } else {
        p++;
      }
    }
    return out == null ? json : out.append(json, copied, json.length()).toString();
  }

  private int string(int quote) {
    int end = stringEnd(quote + 1);
    String text = decoded(quote + 1, end);
    String masked = masking.text(text);
    int next = Math.min(end + 1, json.length());
    if (!masked.equals(text)) {
      replace(quote + 1, end, encoded(isName(next) ? unique(masked) : masked));
    }
    return next;
  }

  private int number(int start) {
    int end = start;
    while (end < json.length()
        && (isNumber(json.charAt(end)) || "+.eE".indexOf(json.charAt(end)) >= 0)) {
      end++;
    }
    String plain = plain(json.substring(start, end));
    String masked = masking.text(plain);
    if (!masked.equals(plain)) {
      replace(start, end, '"' + encoded(masked) + '"');
    }
    return end;
  }

  private static boolean isNumber(char c) {
    return c == '-' || (c >= '0' && c <= '9');
  }

  /** 4.1e3 is 4100. */
  private static String plain(String number) {
    if (number.length() > LONGEST_NUMBER) {
      return number;
    }
    try {
      BigDecimal value = new BigDecimal(number).stripTrailingZeros();
      return Math.abs((long) value.scale()) > LONGEST_NUMBER ? number : value.toPlainString();
    } catch (NumberFormatException e) {
      return number;
    }
  }

  private void replace(int start, int end, String masked) {
    StringBuilder to = out;
    if (to == null) {
      to = new StringBuilder(json.length());
      out = to;
    }
    to.append(json, copied, start).append(masked);
    copied = end;
  }

  private boolean isName(int afterQuote) {
    int p = afterQuote;
    while (p < json.length() && Character.isWhitespace(json.charAt(p))) {
      p++;
    }
    return p < json.length() && json.charAt(p) == ':';
  }

  /** Two names that become the same mask stay two names. */
  private String unique(String masked) {
    String name = masked;
    for (int i = 2; !maskedNames.add(name); i++) {
      name = masked + " " + i;
    }
    return name;
  }

  private int stringEnd(int start) {
    int p = start;
    while (p < json.length() && json.charAt(p) != '"') {
      p += json.charAt(p) == '\\' ? 2 : 1;
    }
    return Math.min(p, json.length());
  }

  private String decoded(int start, int end) {
    String raw = json.substring(start, end);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    int p = 0;
    while (p < raw.length()) {
      int backslash = raw.indexOf('\\', p);
      if (backslash < 0 || backslash + 1 == raw.length()) {
        break;
      }
      text.append(raw, p, backslash);
      p = escape(raw, backslash, text);
    }
    return text.append(raw, p, raw.length()).toString();
  }

  private static int escape(String raw, int backslash, StringBuilder text) {
    char c = raw.charAt(backslash + 1);
    if (c == 'u' && backslash + 6 <= raw.length()) {
      int unit = hex(raw, backslash + 2);
      if (unit >= 0) {
        text.append((char) unit);
        return backslash + 6;
      }
    }
    int known = "bfnrt".indexOf(c);
    text.append(known < 0 ? c : "\b\f\n\r\t".charAt(known));
    return backslash + 2;
  }

  private static int hex(String raw, int start) {
    int value = 0;
    for (int p = start; p < start + 4; p++) {
      int digit = Character.digit(raw.charAt(p), 16);
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private static String encoded(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
