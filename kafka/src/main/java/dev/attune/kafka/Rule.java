package dev.attune.kafka;

/** What a setting has to keep to; a broken one stops the start. */
final class Rule {
  private Rule() {}

  static void holds(boolean condition, String rule) {
    if (!condition) {
      throw new IllegalArgumentException("attune.kafka." + rule);
    }
  }
}
