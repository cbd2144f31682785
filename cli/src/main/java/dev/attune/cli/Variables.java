package dev.attune.cli;

import java.util.Optional;

/** The environment's variables; one that is blank counts as not set. */
final class Variables {
  private Variables() {}

  static Optional<String> find(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }

  static String get(String name, String otherwise) {
    return find(name).orElse(otherwise);
  }
}
