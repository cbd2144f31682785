package dev.attune.schemas.json;

import java.util.Arrays;

/**
 * Finds ends of values byte by byte, without building anything. One bad event must not cost its
 * neighbours, however deep it is nested: a level costs one bit and no stack.
 *
 * <p>This is own code for what a hostile body costs, not for speed: an event takes 1.0 µs with
 * Jackson's walk too. A body of 4 MB that is nothing but brackets takes 0.5 MB of heap here and 136
 * MB there, since Jackson keeps an object a level (docs/benchmarks/history.md). It goes when
 * Jackson walks such a body in less heap than the body has bytes; the twin in the tests, which
 * passes the same contract, takes its place.
 */
final class JsonScanner extends JsonText {
  JsonScanner(byte[] text, int start, int limit) {
    super(text, start, limit);
  }

  @Override
  int value(int start) {
    Nesting nesting = new Nesting();
    int p = start;
    do {
      p = up(down(p, nesting), nesting);
    } while (p != BAD && nesting.depth > 0);
    return p;
  }

  /** Into objects and lists: behind the first scalar, or to the end of one that is empty. */
  private int down(int start, Nesting nesting) {
    int p = start;
    int c = at(p);
    while (c == '{' || c == '[') {
      nesting.enter(c == '{');
      p = skipBlank(p + 1);
      if (at(p) == nesting.closing()) {
        return p;
      }
      p = c == '{' ? key(p) : p;
      c = at(p);
    }
    return scalar(p, c);
  }

  /** Out of the objects and lists that end there: to the next value, or behind the last. */
  private int up(int start, Nesting nesting) {
    int p = start;
    while (p != BAD && nesting.depth > 0) {
      p = skipBlank(p);
      if (at(p) == ',') {
        p = skipBlank(p + 1);
        return nesting.isInObject() ? key(p) : p;
      }
      p = at(p) == nesting.closing() ? p + 1 : BAD;
      nesting.depth--;
    }
    return p;
  }

  @Override
  int string(int start) {
    if (at(start) != '"') {
      return BAD;
    }
    int p = start + 1;
    for (int c = at(p); c >= 0x20; c = at(++p)) {
      if (c == '"') {
        return p + 1;
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

  /** The objects and lists around a position, a bit each: 1 is an object. */
  private static final class Nesting {
    private long[] objects = new long[1];
    private int depth;

    void enter(boolean object) {
      int word = depth >> 6;
      if (word == objects.length) {
        objects = Arrays.copyOf(objects, word * 2);
      }
      long bit = 1L << depth;
      objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
      depth++;
    }

    boolean isInObject() {
      return (objects[(depth - 1) >> 6] & 1L << (depth - 1)) != 0;
    }

    int closing() {
      return isInObject() ? '}' : ']';
    }
  }
}
