package dev.attune.core.reply;

import org.jspecify.annotations.Nullable;

/**
 * A value that the chatbot may hand over for a text.
 *
 * @param otherwise used when it is not given; null: a text that needs it is then not used
 * @param maxLength in characters; what is longer is cut
 */
record Variable(String name, @Nullable String otherwise, int maxLength) {

  @Nullable String value(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return otherwise;
    }
    String trimmed = given.strip();
    return trimmed.codePointCount(0, trimmed.length()) <= maxLength
        ? trimmed
        : trimmed.substring(0, trimmed.offsetByCodePoints(0, maxLength));
  }
}
