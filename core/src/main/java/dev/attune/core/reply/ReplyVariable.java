package dev.attune.core.reply;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A value that the chatbot may hand over for a text.
 *
 * @param type numbers and dates are shown as the reader's language does
 * @param otherwise used when it is not given; null: a text that needs it is then not used
 * @param maxLength in characters; what is longer is cut
 */
record ReplyVariable(String name, Type type, @Nullable String otherwise, int maxLength) {
  private static final int FIRST_YEAR = 1;
  private static final int LAST_YEAR = 9999;

  enum Type {
    TEXT,
    NUMBER,
    /** {@code 2026-01-02}, or with a time by RFC 3339, of the years 1 to 9999. */
    DATE
  }

  /** What is not of its type counts as not given. */
  @Nullable String value(@Nullable String given) {
    if (given == null || given.isBlank() || parsed(given.strip(), ZoneOffset.UTC) == null) {
      return otherwise;
    }
    String trimmed = given.strip();
    return trimmed.codePointCount(0, trimmed.length()) <= maxLength
        ? trimmed
        : trimmed.substring(0, trimmed.offsetByCodePoints(0, maxLength));
  }

  /** String, Double or Instant by type; null when the text is none. */
  @Nullable Object parsed(String text, ZoneId zone) {
    return switch (type) {
      case TEXT -> text;
      case NUMBER -> number(text);
      case DATE -> date(text, zone);
    };
  }

  private static @Nullable Double number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? (Double) value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Instant date(String text, ZoneId zone) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return isShown(time.getYear()) ? time.toInstant() : null;
    } catch (DateTimeException e) {
      return day(text, zone);
    }
  }

  private static @Nullable Instant day(String text, ZoneId zone) {
    try {
      LocalDate day = LocalDate.parse(text);
      return isShown(day.getYear()) ? day.atStartOfDay(zone).toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** A year as RFC 3339 writes it; Java reads some of nine digits, which nobody means. */
  private static boolean isShown(int year) {
    return year >= FIRST_YEAR && year <= LAST_YEAR;
  }
}
