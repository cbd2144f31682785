package dev.attune.console.overview;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values over time, as the pages get it.
 *
 * @param source console or prometheus
 * @param stepSeconds between two times
 * @param times epoch seconds, ascending, without gaps
 * @param series by name, one value a time; null: not known
 */
record History(
    String source, long stepSeconds, List<Long> times, Map<String, List<@Nullable Double>> series) {
  /** Enough for a chart, few enough for a phone. */
  private static final int MOST_POINTS = 360;

  /** So long between two points of so many hours. */
  static long stepFor(int hours) {
    long minutes = Math.ceilDiv(hours * 60L, MOST_POINTS);
    return minutes * HistoryRing.STEP_SECONDS;
  }

  /** The times that end now. */
  static List<Long> times(int hours, long nowSeconds) {
    long step = stepFor(hours);
    long last = nowSeconds / step * step;
    List<Long> times = new ArrayList<>();
    for (long at = last - hours * 3600L + step; at <= last; at += step) {
      times.add(at);
    }
    return times;
  }

  /**
   * Of the console's own samples: those of a step together, as their mean; of the 99 % quantile and
   * of the lag the highest, since a chart over a day must not hide a bad minute.
   */
  static History of(List<Sample> samples, int hours, long nowSeconds) {
    long step = stepFor(hours);
    List<Long> times = times(hours, nowSeconds);
    Map<Long, List<Sample>> byTime = new LinkedHashMap<>();
    for (Sample sample : samples) {
      byTime.computeIfAbsent(sample.atSeconds() / step * step, _ -> new ArrayList<>()).add(sample);
    }
    Map<String, List<@Nullable Double>> series = new LinkedHashMap<>();
    for (Sample.Field field : Sample.FIELDS) {
      boolean worst = field.name().equals("freshnessP99") || field.name().equals("lag");
      List<@Nullable Double> values = new ArrayList<>();
      times.forEach(at -> values.add(value(byTime.getOrDefault(at, List.of()), field, worst)));
      series.put(field.name(), values);
    }
    return new History("console", step, times, series);
  }

  private static @Nullable Double value(List<Sample> samples, Sample.Field field, boolean worst) {
    var known = samples.stream().mapToDouble(field.value()).filter(Double::isFinite);
    double value = (worst ? known.max() : known.average()).orElse(Double.NaN);
    return Double.isNaN(value) ? null : (Double) rounded(value);
  }

  /** Four digits: a chart shows no more, and the answer is half as long. */
  static double rounded(double value) {
    if (value == 0) {
      return 0;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }
}
