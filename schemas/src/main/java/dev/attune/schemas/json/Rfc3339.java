package dev.attune.schemas.json;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.OptionalLong;

/**
 * Timestamps of RFC 3339 §5.6 to epoch milliseconds and back, by hand because java.time's parser
 * and formatter cost more than the rest of an event. Digits past the millisecond are cut, a leap
 * second counts as the second after.
 */
public final class Rfc3339 {
  private static final long DAY_MILLIS = 86_400_000L;
  private static final String FORM = "0000-00-00T00:00:00.000Z";
  private static final long NO_DAY = Long.MIN_VALUE;

  private Rfc3339() {}

  /** Empty when the text is no timestamp. */
  public static OptionalLong parse(String text) {
    if (text.length() < 20 || !separatorsFit(text)) {
      return OptionalLong.empty();
    }
    long day = epochDay(text);
    int second = secondOfDay(text);
    int zone = zone(text);
    int offsetMinutes = offset(text, zone);
    if (day == NO_DAY || second < 0 || zone < 0 || offsetMinutes == Integer.MIN_VALUE) {
      return OptionalLong.empty();
    }
    long ofDay = (second - offsetMinutes * 60L) * 1000 + millis(text, zone);
    return OptionalLong.of(day * DAY_MILLIS + ofDay);
  }

  /** In UTC, as {@link Instant#toString} writes it. */
  public static String format(long epochMillis) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochMillis, DAY_MILLIS));
    if (date.getYear() < 0 || date.getYear() > 9999) {
      return Instant.ofEpochMilli(epochMillis).toString();
    }
    int ofDay = Math.floorMod(epochMillis, (int) DAY_MILLIS);
    int millis = ofDay % 1000;
    char[] text = FORM.toCharArray();
    digits(text, 0, 4, date.getYear());
    digits(text, 5, 2, date.getMonthValue());
    digits(text, 8, 2, date.getDayOfMonth());
    digits(text, 11, 2, ofDay / 3_600_000);
    digits(text, 14, 2, ofDay / 60_000 % 60);
    digits(text, 17, 2, ofDay / 1000 % 60);
    if (millis == 0) {
      text[19] = 'Z';
      return new String(text, 0, 20);
    }
    digits(text, 20, 3, millis);
    return new String(text);
  }

  private static void digits(char[] text, int from, int count, int value) {
    int rest = value;
    for (int at = from + count - 1; at >= from; at--) {
      text[at] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private static long epochDay(String text) {
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    return year >= 0
            && within(month, 1, 12)
            && within(day, 1, YearMonth.of(year, month).lengthOfMonth())
        ? LocalDate.of(year, month, day).toEpochDay()
        : NO_DAY;
  }

  /** Negative when there is none. */
  private static int secondOfDay(String text) {
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    int second = digits(text, 17, 2);
    return within(hour, 0, 23) && within(minute, 0, 59) && within(second, 0, 60)
        ? (hour * 60 + minute) * 60 + second
        : -1;
  }

  /**
   * Where the zone begins, behind the fraction if there is one; negative when that has no digit.
   */
  private static int zone(String text) {
    int zone = 19;
    if (text.charAt(zone) != '.') {
      return zone;
    }
    do {
      zone++;
    } while (zone < text.length() && isDigit(text.charAt(zone)));
    return zone == 20 ? -1 : zone;
  }

  private static int millis(String text, int zone) {
    int millis = 0;
    for (int at = 20, scale = 100; at < zone && scale > 0; at++, scale /= 10) {
      millis += (text.charAt(at) - '0') * scale;
    }
    return millis;
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
