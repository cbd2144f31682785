package dev.attune.console.overview;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Series of some names and their values at one time. Immutable. */
final class Metrics {
  static final Metrics NONE = new Metrics(Map.of());

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final Map<String, List<Series>> byName;

  /** One value of a name. */
  record Series(Map<String, String> labels, double value) {}

  /** A series by its name and labels. */
  record Key(String name, Map<String, String> labels) {}

  private Metrics(Map<String, List<Series>> byName) {
    this.byName = byName;
  }

  static Metrics of(Map<Key, Double> values) {
    Map<String, List<Series>> byName = new HashMap<>();
    values.forEach(
        (key, value) ->
            byName
                .computeIfAbsent(key.name(), _ -> new ArrayList<>())
                .add(new Series(key.labels(), value)));
    return new Metrics(byName);
  }

  /**
   * What a service said, in Prometheus' text format.
   *
   * @param names others are passed over, since a service tells a thousand series
   */
  static Metrics parse(String text, Set<String> names) {
    Map<String, List<Series>> byName = new HashMap<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int end = nameEnd(line);
              String name = line.substring(0, end);
              if (names.contains(name)) {
                byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(series(line, end));
              }
            });
    return new Metrics(byName);
  }

  private static int nameEnd(String line) {
    int end = 0;
    while (end < line.length() && line.charAt(end) != '{' && line.charAt(end) != ' ') {
      end++;
    }
    return end;
  }

  private static Series series(String line, int nameEnd) {
    int labelsEnd = line.lastIndexOf('}');
    Map<String, String> labels = new HashMap<>();
    if (labelsEnd > nameEnd) {
      Matcher matcher = LABEL.matcher(line.substring(nameEnd, labelsEnd));
      while (matcher.find()) {
        labels.put(matcher.group(1), matcher.group(2));
      }
    }
    String rest = line.substring(Math.max(nameEnd, labelsEnd + 1)).strip();
    // a time may stand behind the value
    int end = rest.indexOf(' ');
    return new Series(labels, number(end < 0 ? rest : rest.substring(0, end)));
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          yield Double.NaN;
        }
      }
    };
  }

  void forEach(BiConsumer<Key, Double> each) {
    byName.forEach(
        (name, all) -> all.forEach(one -> each.accept(new Key(name, one.labels), one.value)));
  }

  List<Series> of(String name) {
    return byName.getOrDefault(name, List.of());
  }

  /** The sum of the series whose labels pass; NaN when there is no series of that name at all. */
  double sum(String name, Predicate<Map<String, String>> passes) {
    List<Series> series = of(name);
    return series.isEmpty()
        ? Double.NaN
        : series.stream().filter(s -> passes.test(s.labels)).mapToDouble(Series::value).sum();
  }

  double sum(String name) {
    return sum(name, _ -> true);
  }

  /** How much a counter that never falls grew since earlier; NaN when there is none. */
  double growth(Metrics earlier, String name, Predicate<Map<String, String>> passes) {
    double before = earlier.sum(name, passes);
    return sum(name, passes) - (Double.isNaN(before) ? 0 : before);
  }

  /** The growth by a label's values, of those that grew. */
  Map<String, Double> growthBy(Metrics earlier, String name, String label) {
    Map<String, Double> grown = new TreeMap<>();
    of(name).stream()
        .map(series -> series.labels.getOrDefault(label, ""))
        .distinct()
        .forEach(
            value -> {
              double by = growth(earlier, name, l -> value.equals(l.getOrDefault(label, "")));
              if (by > 0) {
                grown.put(value, by);
              }
            });
    return grown;
  }

  /**
   * A quantile of what a histogram counted since an earlier look, as Prometheus' histogram_quantile
   * computes it: linear between a bucket's bounds. Null when nothing was counted.
   *
   * @param name without {@code _bucket}
   */
  @Nullable Double quantile(Metrics earlier, String name, double q) {
    NavigableMap<Double, Double> before = earlier.buckets(name);
    NavigableMap<Double, Double> now = buckets(name);
    if (now.isEmpty()) {
      return null;
    }
    TreeMap<Double, Double> grown = new TreeMap<>();
    now.forEach((le, n) -> grown.put(le, n - before.getOrDefault(le, 0.0)));
    double total = grown.lastEntry().getValue();
    return total <= 0 ? null : (Double) within(grown, q * total);
  }

  private static double within(NavigableMap<Double, Double> counts, double rank) {
    double low = 0;
    double below = 0;
    for (Map.Entry<Double, Double> bucket : counts.entrySet()) {
      double count = bucket.getValue();
      if (count >= rank) {
        double high = bucket.getKey();
        return Double.isInfinite(high)
            ? low
            : low + (high - low) * ((rank - below) / Math.max(count - below, 1));
      }
      low = bucket.getKey();
      below = count;
    }
    return low;
  }

  private NavigableMap<Double, Double> buckets(String name) {
    TreeMap<Double, Double> buckets = new TreeMap<>();
    of(name + "_bucket")
        .forEach(s -> buckets.merge(number(s.labels.getOrDefault("le", "")), s.value, Double::sum));
    return buckets;
  }
}
