package dev.attune.schemas.json;

import java.util.Arrays;

/**
 * Walks JSON text (RFC 8259) byte by byte without building anything. It finds where a value ends
 * even when the value is too deep, too long or otherwise refused, so that one bad event does not
 * cost its neighbours. One bit a level: nesting costs no stack and next to no heap.
 *
 * <p>Positions in, positions out; {@link #BAD} when the text is no JSON. UTF-8 is checked apart.
 */
final class JsonScanner {
  static final int BAD = -1;

  private final byte[] text;
  private final int limit;
  private final boolean escapes;

  JsonScanner(byte[] text, int start, int limit) {
    this.text = text;
    this.limit = limit;
    this.escapes = Utf8.hasBackslash(text, start, limit);
  }

  /** Whether strings may hold escapes: the only way for a lone surrogate into text in UTF-8. */
  boolean hasEscapes() {
    return escapes;
  }

  /** The byte there, or −1 past the end. */
  int at(int position) {
    return position >= 0 && position < limit ? text[position] & 0xff : -1;
  }

  int skipBlank(int position) {
    int p = position;
    while (p < limit) {
      byte c = text[p];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        break;
      }
      p++;
    }
    return p;
  }

  /** The position after the colon that follows a key, blanks skipped. */
  int afterColon(int position) {
    int p = skipBlank(position);
    return at(p) == ':' ? skipBlank(p + 1) : BAD;
  }

  /** The end of the value that starts there. */
  int value(int start) {
    long[] objects = new long[1];
    int depth = 0;
    int p = start;
    while (true) {
      int c = at(p);
      if (c == '{' || c == '[') {
        if (depth >> 6 == objects.length) {
          objects = Arrays.copyOf(objects, objects.length * 2);
        }
        boolean object = c == '{';
        objects[depth >> 6] =
            object
                ? objects[depth >> 6] | 1L << (depth & 63)
                : objects[depth >> 6] & ~(1L << (depth & 63));
        p = skipBlank(p + 1);
        if (at(p) != (object ? '}' : ']')) {
          depth++;
          p = object ? key(p) : p;
          if (p == BAD) {
            return BAD;
          }
          continue;
        }
        p++;
      } else {
        p = scalar(p, c);
      }
      while (p != BAD && depth > 0) {
        boolean object = (objects[(depth - 1) >> 6] & 1L << ((depth - 1) & 63)) != 0;
        p = skipBlank(p);
        if (at(p) == ',') {
          p = skipBlank(p + 1);
          p = object ? key(p) : p;
          break;
        }
        p = at(p) == (object ? '}' : ']') ? p + 1 : BAD;
        depth--;
      }
      if (p == BAD || depth == 0) {
        return p;
      }
    }
  }

  /** The end of the string that starts there, quotes included. */
  int string(int start) {
    if (at(start) != '"') {
      return BAD;
    }
    for (int p = start + 1; p < limit; p++) {
      int c = text[p] & 0xff;
      if (c == '"') {
        return p + 1;
      }
      if (c < 0x20) {
        return BAD;
      }
      if (c == '\\') {
        p = escape(p + 1);
        if (p == BAD) {
          return BAD;
        }
      }
    }
    return BAD;
  }

  private int key(int start) {
    int p = string(start);
    return p == BAD ? BAD : afterColon(p);
  }

  private int escape(int position) {
    int c = at(position);
    if (c != 'u') {
      return c > 0 && "\"\\/bfnrt".indexOf(c) >= 0 ? position : BAD;
    }
    for (int p = position + 1; p <= position + 4; p++) {
      if (Character.digit(at(p), 16) < 0) {
        return BAD;
      }
    }
    return position + 4;
  }

  private int scalar(int start, int first) {
    return switch (first) {
      case '"' -> string(start);
      case 't' -> literal(start, "true");
      case 'f' -> literal(start, "false");
      case 'n' -> literal(start, "null");
      default -> number(start);
    };
  }

  private int literal(int start, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (at(start + i) != word.charAt(i)) {
        return BAD;
      }
    }
    return start + word.length();
  }

  private int number(int start) {
    int p = at(start) == '-' ? start + 1 : start;
    p = at(p) == '0' ? p + 1 : digits(p);
    if (p != BAD && at(p) == '.') {
      p = digits(p + 1);
    }
    if (p != BAD && (at(p) == 'e' || at(p) == 'E')) {
      int sign = at(p + 1);
      p = digits(sign == '+' || sign == '-' ? p + 2 : p + 1);
    }
    return p;
  }

  private int digits(int start) {
    int p = start;
    while (at(p) >= '0' && at(p) <= '9') {
      p++;
    }
    return p == start ? BAD : p;
  }
}
