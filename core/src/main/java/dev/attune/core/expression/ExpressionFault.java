package dev.attune.core.expression;

/**
 * One thing that is wrong with a condition.
 *
 * @param offset where, in the condition's text
 */
record ExpressionFault(int offset, String message) {
  /** A fault at a code point of the text, or at the start of the name that ends there. */
  static ExpressionFault at(String text, int codePoint, String message) {
    int last = text.codePointCount(0, text.length());
    int offset = text.offsetByCodePoints(0, Math.clamp(codePoint, 0, last));
    return new ExpressionFault(startOfName(text, offset), message);
  }

  /** CEL gives a call the place of its bracket, and a dotted name that of its last dot. */
  private static int startOfName(String text, int offset) {
    boolean isDot = text.startsWith(".", offset);
    int start = offset;
    while (start > 0 && (isDot || text.startsWith("(", offset))) {
      char before = text.charAt(start - 1);
      if (!Character.isJavaIdentifierPart(before) && !(isDot && before == '.')) {
        break;
      }
      start--;
    }
    return start;
  }
}
