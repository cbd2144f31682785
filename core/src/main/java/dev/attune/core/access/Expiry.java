package dev.attune.core.access;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * When a key ends.
 *
 * @param at from this instant on the key is refused
 */
public record Expiry(Instant at) {
  /**
   * @param text an instant such as {@code 2027-01-31T12:00:00Z}, or a date: the last day, in UTC,
   *     on which the key is valid
   * @throws IllegalArgumentException when it is neither
   */
  public static Expiry of(String text) {
    try {
      return new Expiry(
          text.indexOf('T') > 0
              ? Instant.parse(text)
              : LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("an expiry is like 2027-01-31 or 2027-01-31T12:00:00Z", e);
    }
  }

  boolean isOver(Instant now) {
    return !now.isBefore(at);
  }
}
