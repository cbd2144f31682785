package dev.attune.core.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * A text in its plainest spelling, and where each of its characters came from: digits of any script
 * and form as 0 to 9, full-width letters and marks as ASCII, one blank and one dash for all, what
 * can't be seen left out, escapes of URLs, JSON and HTML undone. It is only looked into; what is
 * found is replaced in the text itself.
 */
public final class FoldedText {
  /** An escape within an escape within an escape. */
  private static final int MOST_LAYERS = 3;

  private static final int LONGEST_UTF8 = 4;

  /** With its semicolon. */
  private static final int LONGEST_ENTITY = 11;

  private final String text;
  private final int[] starts;
  private final int[] ends;

  private FoldedText(String text, int[] starts, int[] ends) {
    this.text = text;
    this.starts = starts;
    this.ends = ends;
  }

  public static FoldedText of(String original) {
    FoldedText folded = new Fold(original).run();
    String before = original;
    for (int layer = 1; layer < MOST_LAYERS && !folded.text.equals(before); layer++) {
      FoldedText outer = folded;
      FoldedText inner = new Fold(outer.text).run();
      before = outer.text;
      folded =
          new FoldedText(
              inner.text,
              Arrays.stream(inner.starts).map(at -> outer.starts[at]).toArray(),
              Arrays.stream(inner.ends).map(at -> outer.ends[at - 1]).toArray());
    }
    return folded;
  }

  public String text() {
    return text;
  }

  /** Where a range of the folded text lies in the original. */
  Finder.Span original(Finder.Span folded) {
    return new Finder.Span(starts[folded.start()], ends[folded.end() - 1]);
  }

  /** One pass over a text. */
  private static final class Fold {
    private final String in;
    private final StringBuilder out;
    private final int[] starts;
    private final int[] ends;
    private int read;
    private int code;

    Fold(String in) {
      this.in = in;
      this.out = new StringBuilder(in.length());
      this.starts = new int[in.length()];
      this.ends = new int[in.length()];
    }

    FoldedText run() {
      while (read < in.length()) {
        int start = read;
        next();
        add(start, plain(code));
      }
      return new FoldedText(out.toString(), cut(starts), cut(ends));
    }

    private int[] cut(int[] places) {
      return out.length() == places.length ? places : Arrays.copyOf(places, out.length());
    }

    private void add(int start, int plain) {
      int at = out.length();
      if (plain >= ' ' && plain < 0x7f) {
        out.append((char) plain);
        starts[at] = start;
        ends[at] = read;
      } else if (plain >= 0) {
        out.appendCodePoint(plain);
        Arrays.fill(starts, at, out.length(), start);
        Arrays.fill(ends, at, out.length(), read);
      }
    }

    /** Reads one character, or the escape of one. */
    private void next() {
      int start = read;
      code = in.codePointAt(start);
      read = start + Character.charCount(code);
      boolean escaped =
          switch (code) {
            case '%' -> percent(start);
            case '\\' -> at(start + 1) == 'u' && number(start + 2, start + 6, 16, start + 6);
            case '&' -> entity(start);
            default -> false;
          };
      if (!escaped) {
        read = start + Character.charCount(code);
      }
    }

    private boolean percent(int start) {
      int first = hex(start + 1);
      int length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : LONGEST_UTF8;
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        int p = start + 3 * i;
        int value = at(p) == '%' ? hex(p + 1) : -1;
        if (value < 0) {
          return false;
        }
        bytes[i] = (byte) value;
      }
      try {
        code =
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString()
                .codePointAt(0);
      } catch (CharacterCodingException e) {
        return false;
      }
      read = start + 3 * length;
      return true;
    }

    private boolean entity(int start) {
      int end = in.indexOf(';', start, Math.min(in.length(), start + LONGEST_ENTITY));
      if (end < 0 || at(start + 1) != '#') {
        return false;
      }
      boolean hex = at(start + 2) == 'x' || at(start + 2) == 'X';
      return number(start + (hex ? 3 : 2), end, hex ? 16 : 10, end + 1);
    }

    private boolean number(int start, int end, int radix, int next) {
      int value = 0;
      for (int p = start; p < end; p++) {
        int digit = Character.digit(at(p), radix);
        if (digit < 0) {
          return false;
        }
        value = value * radix + digit;
        if (value > Character.MAX_CODE_POINT) {
          return false;
        }
      }
      code = value;
      read = next;
      return end > start;
    }

    private int hex(int p) {
      int high = Character.digit(at(p), 16);
      int low = Character.digit(at(p + 1), 16);
      return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private int at(int p) {
      return p < in.length() ? in.charAt(p) : -1;
    }
  }

  /** Whether a character has a plainer form, or may be a part of one that has. */
  static boolean isFolded(char c) {
    return Character.isSurrogate(c) || plain(c) != c;
  }

  /** The plain form of a character, −1 when it can't be seen. */
  private static int plain(int code) {
    if (code >= ' ' && code < 0x7f) {
      return code;
    }
    if (code >= 0xff01 && code <= 0xff5e) {
      // the full-width forms stand in ASCII's order
      return code - 0xff01 + '!';
    }
    return switch (Character.getType(code)) {
      case Character.DECIMAL_DIGIT_NUMBER -> '0' + Character.digit(code, 10);
      case Character.OTHER_NUMBER -> otherNumber(code);
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          ' ';
      case Character.DASH_PUNCTUATION -> '-';
      case Character.FORMAT, Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> -1;
      case Character.CONTROL -> Character.isWhitespace(code) ? ' ' : -1;
      default -> mark(code);
    };
  }

  /** Circled, raised and lowered digits. */
  private static int otherNumber(int code) {
    String plain = Normalizer.normalize(Character.toString(code), Normalizer.Form.NFKC);
    return plain.length() == 1 && Character.isDigit(plain.charAt(0)) ? plain.charAt(0) : code;
  }

  private static int mark(int code) {
    return switch (code) {
      case 0x3002, 0xff61, 0x2024, 0xfe52, 0xb7, 0x2022, 0x30fb -> '.';
      case 0xfe6b -> '@';
      case 0xfe62 -> '+';
      case 0x2212, 0xfe63, 0x2015 -> '-';
      case 0x2044, 0x2215 -> '/';
      default -> code;
    };
  }
}
