package dev.attune.gateway.privacy;

import java.util.function.UnaryOperator;

/**
 * So many characters are kept of what was refused, masked, in the order in which the texts are
 * asked for. The text that passes the end is cut; of those after it nothing is left. One use.
 */
final class TextBudget {
  /**
   * Not kept of the end of a text that was cut. It is masked before they are taken off, since half
   * an address is not seen as one.
   */
  private static final int UNSURE_CHARS = 512;

  private int left;
  private boolean spent;

  TextBudget(int chars) {
    left = chars;
  }

  String masked(String text, UnaryOperator<String> masking) {
    if (text.length() <= left) {
      left -= text.length();
      return masking.apply(text);
    }
    String beginning = masking.apply(text.substring(0, left));
    left = 0;
    spent = true;
    return beginning.substring(0, Math.max(0, beginning.length() - UNSURE_CHARS));
  }

  /** Whether there is room for so many characters, which are then taken. */
  boolean take(int chars) {
    if (chars <= left) {
      left -= chars;
      return true;
    }
    spent = true;
    return false;
  }

  boolean isSpent() {
    return spent;
  }
}
