package dev.attune.sdk;

/** What a request can carry in a header. */
final class HeaderValues {
  private static final char LAST = 0xFF;

  private HeaderValues() {}

  /**
   * Refuses what the HTTP client would refuse with each request, with the value in its message.
   *
   * @param what names the value, which may be a secret
   */
  static String check(String what, String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    if (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1))) {
      throw new IllegalArgumentException(
          what + " begins or ends with a blank or a line break, as a file's last line does");
    }
    if (!value.chars().allMatch(c -> c <= LAST && !Character.isISOControl(c))) {
      throw new IllegalArgumentException(what + " has characters that no HTTP header can carry");
    }
    return value;
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
