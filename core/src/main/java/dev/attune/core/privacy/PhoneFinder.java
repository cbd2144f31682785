package dev.attune.core.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Phone numbers written internationally, or grouped 3-3-4; other groupings are as likely order or
 * account numbers.
 */
final class PhoneFinder implements Finder {
  private static final Pattern PHONE =
      Pattern.compile(
          "\\+ ?[0-9](?:[ ()./-]{0,3}[0-9]){7,14}\\b"
              + "|\\b00[1-9][0-9]{0,2}[ ()./-]{1,3}[0-9](?:[ ()./-]{0,3}[0-9]){5,11}\\b"
              + "|\\(?\\b[0-9]{3}\\)?[ .-][0-9]{3}[ .-][0-9]{4}\\b");

  @Override
  public @Nullable Span find(String text, int from) {
    if (!mayHoldOne(text, from)) {
      return null;
    }
    Matcher matcher = PHONE.matcher(text);
    for (int at = from; at < text.length() && matcher.find(at); at = matcher.end()) {
      if (text.charAt(matcher.start()) != '0' || !followsDigits(text, matcher.start())) {
        return new Span(matcher.start(), matcher.end());
      }
    }
    return null;
  }

  /** The pattern is the dearest of all, and most texts with digits have nothing that begins so. */
  private static boolean mayHoldOne(String text, int from) {
    for (int p = from; p + 8 <= text.length(); p++) {
      char c = text.charAt(p);
      if (c == '+' || (c == '0' && text.charAt(p + 1) == '0')) {
        return true;
      }
      if (isDigit(c) && isDigit(text.charAt(p + 1)) && isDigit(text.charAt(p + 2))) {
        int next = p + (text.charAt(p + 3) == ')' ? 4 : 3);
        if (isGap(text.charAt(next)) && threeDigits(text, next + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean threeDigits(String text, int from) {
    return from + 3 <= text.length()
        && isDigit(text.charAt(from))
        && isDigit(text.charAt(from + 1))
        && isDigit(text.charAt(from + 2));
  }

  private static boolean isGap(char c) {
    return c == ' ' || c == '.' || c == '-';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Two zeros in the midst of another number are no prefix. */
  private static boolean followsDigits(String text, int start) {
    int p = start - 1;
    while (p >= 0 && text.charAt(p) == ' ') {
      p--;
    }
    return p >= 0 && Character.isDigit(text.charAt(p));
  }
}
