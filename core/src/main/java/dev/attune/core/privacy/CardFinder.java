package dev.attune.core.privacy;

import org.jspecify.annotations.Nullable;

/**
 * Payment card numbers: groups of digits that together have a length and a beginning of a card
 * network and pass Luhn's check (ISO/IEC 7812). Groups of other numbers may stand beside them.
 */
final class CardFinder implements Finder {
  static final int LEAST = 13;
  private static final int MOST = 19;

  /** Between two groups of digits: some blanks with a mark among them. */
  private static final int LONGEST_GAP = 3;

  @Override
  public @Nullable Span find(String text, int from) {
    for (int start = digitAt(text, from);
        start >= 0;
        start = digitAt(text, groupEnd(text, start))) {
      Span card = cardAt(text, start);
      if (card != null) {
        return card;
      }
    }
    return null;
  }

  /** The longest card number that begins with a group of digits. */
  private static @Nullable Span cardAt(String text, int start) {
    StringBuilder digits = new StringBuilder(MOST);
    Span longest = null;
    int group = start;
    while (group >= 0) {
      int end = groupEnd(text, group);
      if (digits.length() + end - group > MOST) {
        return longest;
      }
      digits.append(text, group, end);
      if (isCard(digits)) {
        longest = new Span(start, end);
      }
      group = nextGroup(text, end);
    }
    return longest;
  }

  private static int nextGroup(String text, int end) {
    int p = end;
    while (p < text.length() && p - end < LONGEST_GAP && isGap(text.charAt(p))) {
      p++;
    }
    return p > end && p < text.length() && isDigit(text.charAt(p)) ? p : -1;
  }

  private static boolean isGap(char c) {
    return Character.isWhitespace(c) || ".-_/+,".indexOf(c) >= 0;
  }

  private static int digitAt(String text, int from) {
    int p = from;
    while (p < text.length() && !isDigit(text.charAt(p))) {
      p++;
    }
    return p < text.length() ? p : -1;
  }

  private static int groupEnd(String text, int start) {
    int p = start;
    while (p < text.length() && isDigit(text.charAt(p))) {
      p++;
    }
    return p;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isCard(CharSequence digits) {
    return digits.length() >= LEAST && startsAsCard(digits.toString()) && luhn(digits);
  }

  /** By the networks' own ranges; without them times and measurements would pass by chance. */
  private static boolean startsAsCard(String digits) {
    int four = Integer.parseInt(digits.substring(0, 4));
    boolean sixteenOrMore = digits.length() >= 16;
    return switch (digits.charAt(0)) {
      case '2' -> digits.length() == 16 && (within(four, 2221, 2720) || within(four, 2200, 2204));
      case '3' ->
          switch (digits.length()) {
            case 14 -> within(four, 3000, 3059) || four / 100 == 36 || four / 100 == 38;
            case 15 -> four / 100 == 34 || four / 100 == 37;
            default -> sixteenOrMore && within(four, 3528, 3589);
          };
      case '4' -> digits.length() == 13 || digits.length() == 16 || digits.length() == 19;
      case '5' -> digits.length() == 16 || (sixteenOrMore && (four / 100 == 50 || four >= 5600));
      case '6' -> sixteenOrMore;
      default -> false;
    };
  }

  private static boolean within(int number, int least, int most) {
    return number >= least && number <= most;
  }

  private static boolean luhn(CharSequence digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
