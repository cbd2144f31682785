package dev.attune.schemas.json;

/**
 * A text in JSON (RFC 8259), walked by positions: a position in, a position out, {@link #BAD} when
 * the text is no JSON. UTF-8 is checked apart.
 */
abstract class JsonText {
  static final int BAD = -1;

  private final byte[] bytes;
  private final int limit;
  private final boolean escapes;

  /** How the values of a text are walked. */
  @FunctionalInterface
  interface Walker {
    JsonText open(byte[] bytes, int start, int limit);
  }

  JsonText(byte[] bytes, int start, int limit) {
    this.bytes = bytes;
    this.limit = limit;
    this.escapes = Utf8.hasBackslash(bytes, start, limit);
  }

  /**
   * The end of the value that starts there, however deep or long it is and whatever keys it has
   * twice. A value that something else follows than JSON allows may have an end too: whoever reads
   * on sees that.
   */
  abstract int value(int start);

  /** The end of the string that starts there, quotes included. */
  int string(int start) {
    return at(start) == '"' ? value(start) : BAD;
  }

  /** Whether strings may hold escapes: the only way for a lone surrogate into text in UTF-8. */
  final boolean hasEscapes() {
    return escapes;
  }

  /** The byte there, or −1 past the end. */
  final int at(int position) {
    return position >= 0 && position < limit ? bytes[position] & 0xff : -1;
  }

  final int skipBlank(int position) {
    int p = position;
    while (p < limit) {
      byte c = bytes[p];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        break;
      }
      p++;
    }
    return p;
  }

  /** The position after the colon that follows a key, blanks skipped. */
  final int afterColon(int position) {
    int p = skipBlank(position);
    return at(p) == ':' ? skipBlank(p + 1) : BAD;
  }
}
