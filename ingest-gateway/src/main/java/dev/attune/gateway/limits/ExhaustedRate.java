package dev.attune.gateway.limits;

/** Whose rate is used up. */
enum ExhaustedRate {
  KEY("The rate of this key is used up."),
  USER("The rate of a user of these events is used up."),
  NEW_USERS("This key has brought too many new users.");

  private final String detail;

  ExhaustedRate(String detail) {
    this.detail = detail;
  }

  /** What the client is told. */
  String detail() {
    return detail;
  }
}
