package dev.attune.console.overview;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A minute of history. What wasn't known is NaN.
 *
 * @param atSeconds its end, epoch seconds
 */
record Sample(
    long atSeconds,
    double freshnessP50,
    double freshnessP99,
    double eventsPerSecond,
    double repliesPerSecond,
    double personalizedShare,
    double lag,
    double errorsPerMinute) {
  /** A value with the name under which pages know it. */
  record Field(String name, ToDoubleFunction<Sample> value) {}

  /** In the order of the file. */
  static final List<Field> FIELDS =
      List.of(
          new Field("freshnessP50", Sample::freshnessP50),
          new Field("freshnessP99", Sample::freshnessP99),
          new Field("eventsPerSecond", Sample::eventsPerSecond),
          new Field("repliesPerSecond", Sample::repliesPerSecond),
          new Field("personalizedShare", Sample::personalizedShare),
          new Field("lag", Sample::lag),
          new Field("errorsPerMinute", Sample::errorsPerMinute));

  /** By the values in that order. */
  static Sample of(long atSeconds, double[] v) {
    return new Sample(atSeconds, v[0], v[1], v[2], v[3], v[4], v[5], v[6]);
  }
}
