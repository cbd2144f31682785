package dev.attune.schemas.json;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.OptionalLong;

/**
 * Timestamps of RFC 3339 §5.6 to epoch milliseconds, by hand because java.time's parser costs more
 * than the rest of an event. Digits past the millisecond are cut, a leap second counts as the
 * second after.
 */
public final class Rfc3339 {
  private static final long DAY_MILLIS = 86_400_000L;

  private Rfc3339() {}

  /** Empty when the text is no timestamp. */
  public static OptionalLong parse(String text) {
    int length = text.length();
    if (length < 20 || !separatorsFit(text)) {
      return OptionalLong.empty();
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    int second = digits(text, 17, 2);
    if (year < 0
        || !within(month, 1, 12)
        || !within(day, 1, YearMonth.of(year, month).lengthOfMonth())
        || !within(hour, 0, 23)
        || !within(minute, 0, 59)
        || !within(second, 0, 60)) {
      return OptionalLong.empty();
    }
    int zone = 19;
    int millis = 0;
    if (text.charAt(zone) == '.') {
      zone++;
      for (int scale = 100; zone < length && isDigit(text.charAt(zone)); zone++, scale /= 10) {
        millis += (text.charAt(zone) - '0') * scale;
      }
      if (zone == 20) {
        return OptionalLong.empty();
      }
    }
    int offsetMinutes = offset(text, zone);
    if (offsetMinutes == Integer.MIN_VALUE) {
      return OptionalLong.empty();
    }
    long ofDay = ((hour * 60L + minute - offsetMinutes) * 60 + second) * 1000 + millis;
    return OptionalLong.of(LocalDate.of(year, month, day).toEpochDay() * DAY_MILLIS + ofDay);
  }

  /** The form that {@link #parse} reads, in UTC. */
  public static String format(long epochMillis) {
    return Instant.ofEpochMilli(epochMillis).toString();
  }

  private static boolean separatorsFit(String text) {
    char t = text.charAt(10);
    return text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && (t == 'T' || t == 't' || t == ' ')
        && text.charAt(13) == ':'
        && text.charAt(16) == ':';
  }

  private static int offset(String text, int at) {
    int left = text.length() - at;
    if (left == 1 && (text.charAt(at) == 'Z' || text.charAt(at) == 'z')) {
      return 0;
    }
    if (left != 6 || text.charAt(at + 3) != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = digits(text, at + 1, 2);
    int minutes = digits(text, at + 4, 2);
    char sign = text.charAt(at);
    if (!within(hours, 0, 23) || !within(minutes, 0, 59) || (sign != '+' && sign != '-')) {
      return Integer.MIN_VALUE;
    }
    return sign == '+' ? hours * 60 + minutes : -(hours * 60 + minutes);
  }

  private static int digits(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean within(int value, int low, int high) {
    return value >= low && value <= high;
  }
}
