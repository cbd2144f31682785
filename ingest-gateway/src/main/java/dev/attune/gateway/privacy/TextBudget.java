package dev.attune.gateway.privacy;

/**
 * So many characters are kept of the texts of a refused event, in the order in which they are asked
 * for. The text that passes the end is cut; of those after it nothing is left. One use.
 */
final class TextBudget {
  /** Not kept of the end of a text that was cut: half an address is not seen as one. */
  private static final int UNSURE_CHARS = 512;

  private int left;
  private boolean spent;

  TextBudget(int chars) {
    left = chars;
  }

  String cut(String text) {
    if (text.length() <= left) {
      left -= text.length();
      return text;
    }
    String kept = text.substring(0, Math.max(0, left - UNSURE_CHARS));
    left = 0;
    spent = true;
    return kept;
  }

  boolean isSpent() {
    return spent;
  }
}
