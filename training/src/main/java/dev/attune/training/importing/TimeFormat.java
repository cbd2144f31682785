package dev.attune.training.importing;

import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.json.Rfc3339;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;

/** How an input writes its times. */
interface TimeFormat {
  TimeFormat RFC3339 = text -> Rfc3339.parse(text);

  /** Epoch milliseconds; empty when the text is no such time. */
  OptionalLong millis(String text);

  /**
   * Of {@code times}: {@code rfc3339} (what is missing means that too), {@code epoch_seconds},
   * {@code epoch_millis}, or a map with the {@code pattern} of Java's {@code DateTimeFormatter} and
   * the {@code zone} of texts that name none.
   */
  static TimeFormat of(YamlNode node) {
    if (!node.isMap()) {
      return switch (node.oneOf(Name.class, Name.RFC3339)) {
        case RFC3339 -> RFC3339;
        case EPOCH_SECONDS -> number(1000);
        case EPOCH_MILLIS -> number(1);
      };
    }
    node.only("pattern", "zone");
    return pattern(formatter(node.get("pattern")), zone(node.get("zone")));
  }

  /** Formats that need no pattern. */
  enum Name {
    RFC3339,
    EPOCH_SECONDS,
    EPOCH_MILLIS
  }

  private static TimeFormat number(int toMillis) {
    return text -> {
      try {
        return OptionalLong.of(
            toMillis == 1 ? Long.parseLong(text) : (long) (Double.parseDouble(text) * toMillis));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    };
  }

  private static TimeFormat pattern(DateTimeFormatter formatter, ZoneId zone) {
    return text -> {
      try {
        TemporalAccessor time =
            formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
        ZonedDateTime zoned =
            switch (time) {
              case ZonedDateTime whole -> whole;
              // of an hour that an autumn night has twice, the first
              case LocalDateTime local -> local.atZone(zone).withEarlierOffsetAtOverlap();
              default -> LocalDate.from(time).atStartOfDay(zone);
            };
        return OptionalLong.of(zoned.toInstant().toEpochMilli());
      } catch (DateTimeException | ArithmeticException e) {
        return OptionalLong.empty();
      }
    };
  }

  private static DateTimeFormatter formatter(YamlNode node) {
    try {
      return DateTimeFormatter.ofPattern(node.text(), Locale.ROOT);
    } catch (IllegalArgumentException e) {
      node.problem("is no pattern of times: " + e.getMessage());
      return DateTimeFormatter.ISO_DATE_TIME;
    }
  }

  private static ZoneId zone(YamlNode node) {
    String name = node.textOr("UTC");
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      node.problem("`" + name + "` is no time zone, such as Europe/Berlin");
      return ZoneOffset.UTC;
    }
  }
}
