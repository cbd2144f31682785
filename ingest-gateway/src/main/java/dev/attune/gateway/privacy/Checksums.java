package dev.attune.gateway.privacy;

/** The checks that tell a card or account number from another number of its length. */
final class Checksums {
  private Checksums() {}

  /** A card number: Luhn's sum (ISO/IEC 7812) and a length its network uses. */
  static boolean isCard(String text) {
    String digits = text.replaceAll("[^0-9]", "");
    return startsAsCard(digits) && luhn(digits);
  }

  private static boolean startsAsCard(String digits) {
    return switch (digits.length()) {
      case 13 -> digits.startsWith("4");
      case 14 -> digits.startsWith("30") || digits.startsWith("36") || digits.startsWith("38");
      case 15 -> digits.startsWith("34") || digits.startsWith("37");
      case 16, 17, 18, 19 -> "23456".indexOf(digits.charAt(0)) >= 0;
      default -> false;
    };
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  /** ISO 13616: the country moved to the end and letters as numbers, the whole mod 97 is 1. */
  static boolean isIban(String text) {
    String iban = text.replace(" ", "");
    if (iban.length() < 15 || iban.length() > 34) {
      return false;
    }
    int rest = 0;
    for (int i = 0; i < iban.length(); i++) {
      int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
      rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
    }
    return rest == 1;
  }
}
