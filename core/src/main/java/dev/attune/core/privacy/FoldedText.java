package dev.attune.core.privacy;

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

  /** What bytes that are no UTF-8 become. */
  private static final int REPLACEMENT = 0xfffd;

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

  /** Only the plainest spelling, for those who need no places and want none of their memory. */
  public static String plain(String original) {
    String plain = original;
    for (int layer = 0; layer < MOST_LAYERS && !isPlain(plain); layer++) {
      String next = new Fold(plain, false).text();
      if (next.equals(plain)) {
        return plain;
      }
      plain = next;
    }
    return plain;
  }

  /** Whether no character stands for another one, or begins what does. */
  static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isSpecial(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a character may stand for another one, or begin what does. */
  static boolean isSpecial(char c) {
    return switch (c) {
      case '%', '\\', '&' -> true;
      default -> c < ' ' ? !isBlank(c) : c >= 0x7f && (Character.isSurrogate(c) || plain(c) != c);
    };
  }

  private static boolean isBlank(char c) {
    return c == '\n' || c == '\r' || c == '\t';
  }

  public static FoldedText of(String original) {
    FoldedText folded = new Fold(original, true).run();
    String before = original;
    for (int layer = 1; layer < MOST_LAYERS && !folded.text.equals(before); layer++) {
      FoldedText outer = folded;
      FoldedText inner = new Fold(outer.text, true).run();
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
    private final boolean placed;
    private final int[] starts;
    private final int[] ends;
    private int read;
    private int code;

    /**
     * @param placed whether places are wanted too
     */
    Fold(String in, boolean placed) {
      this.in = in;
      this.placed = placed;
      this.out = new StringBuilder(in.length());
      this.starts = new int[placed ? in.length() : 0];
      this.ends = new int[placed ? in.length() : 0];
    }

    FoldedText run() {
      return new FoldedText(text(), cut(starts), cut(ends));
    }

    String text() {
      while (read < in.length()) {
        int start = read;
        next();
        add(start, plain(code));
      }
      return out.toString();
    }

    private int[] cut(int[] places) {
      return out.length() == places.length ? places : Arrays.copyOf(places, out.length());
    }

    private void add(int start, int plain) {
      int at = out.length();
      if (plain >= 0 && Character.isBmpCodePoint(plain)) {
        out.append((char) plain);
      } else if (plain >= 0) {
        out.appendCodePoint(plain);
      }
      for (int i = at; placed && i < out.length(); i++) {
        starts[i] = start;
        ends[i] = read;
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
      // without a decoder's exception: a megabyte of %ff would throw 350,000
      String decoded = new String(bytes, StandardCharsets.UTF_8);
      code = decoded.codePointAt(0);
      read = start + 3 * length;
      return code != REPLACEMENT && decoded.length() == Character.charCount(code);
    }

    private boolean entity(int start) {
      if (at(start + 1) != '#') {
        return false;
      }
      int end = in.indexOf(';', start, Math.min(in.length(), start + LONGEST_ENTITY));
      if (end < 0) {
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
