package dev.attune.core.privacy;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bank account numbers of ISO 13616, in capitals or not, in groups or not. A country says how long
 * its numbers are, so the text behind one is never taken for a part of it.
 */
final class IbanFinder implements Finder {
  private static final Map<String, Integer> LENGTHS = lengths();
  private static final int LONGEST = 33;

  /** Between two groups. */
  private static final int LONGEST_GAP = 2;

  @Override
  public @Nullable Span find(String text, int from) {
    for (int p = from; p + 4 < text.length(); p++) {
      if (isLetter(text.charAt(p)) && isLetter(text.charAt(p + 1)) && startsNumber(text, p)) {
        Integer length = LENGTHS.get(text.substring(p, p + 2).toUpperCase(Locale.ROOT));
        Span iban = length == null ? null : ibanAt(text, p, length);
        if (iban != null) {
          return iban;
        }
      }
    }
    return null;
  }

  private static boolean startsNumber(String text, int p) {
    int digits = skipGap(text, p + 2);
    return (p == 0
            || !isAlphanumeric(text.charAt(p - 1))
            || text.regionMatches(true, p - 4, "iban", 0, 4))
        && digits < text.length()
        && isDigit(text.charAt(digits));
  }

  private static @Nullable Span ibanAt(String text, int start, int length) {
    StringBuilder iban = new StringBuilder(LONGEST);
    int p = start;
    while (p < text.length() && isAlphanumeric(text.charAt(p))) {
      iban.append(text.charAt(p++));
      if (iban.length() == length) {
        boolean whole = p == text.length() || !isAlphanumeric(text.charAt(p));
        return whole && isIban(iban) ? new Span(start, p) : null;
      }
      p = skipGap(text, p);
    }
    return null;
  }

  private static int skipGap(String text, int from) {
    int p = from;
    while (p < text.length() && p - from < LONGEST_GAP && isGap(text.charAt(p))) {
      p++;
    }
    return p;
  }

  private static boolean isGap(char c) {
    return Character.isWhitespace(c) || ".-_/+".indexOf(c) >= 0;
  }

  /** Mostly digits, which words are not, and right by the check: the whole mod 97 is 1. */
  private static boolean isIban(CharSequence iban) {
    int rest = 0;
    int digits = 0;
    for (int i = 0; i < iban.length(); i++) {
      int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
      digits += value > 9 ? 0 : 1;
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest == 1
        && digits * 2 >= iban.length()
        && isDigit(iban.charAt(2))
        && isDigit(iban.charAt(3));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isAlphanumeric(char c) {
    return isDigit(c) || isLetter(c);
  }

  /** The registry of ISO 13616: country and length. */
  private static Map<String, Integer> lengths() {
    String registry =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
            + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28"
            + " HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21"
            + " LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29"
            + " PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23"
            + " TN24 TR26 UA29 VA22 VG24 XK20 YE30";
    Map<String, Integer> lengths = new HashMap<>();
    for (String entry : registry.split(" ", -1)) {
      lengths.put(entry.substring(0, 2), Integer.valueOf(entry.substring(2)));
    }
    return lengths;
  }
}
