package dev.attune.training.features;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A feature's values over many users. */
public sealed interface FeatureSummary {
  String feature();

  /** Share of the users of whom it is unknown. */
  double missing();

  /**
   * Of a number, or of how many tokens a text has; NaN when all are missing.
   *
   * @param median the middle one, of two the lower; p90 likewise
   */
  record Numbers(
      String feature, double missing, double least, double median, double p90, double most)
      implements FeatureSummary {}

  /**
   * Of a category.
   *
   * @param mostFrequent null when all are missing
   * @param share of the most frequent one among the known
   */
  record Categories(
      String feature, double missing, int different, @Nullable String mostFrequent, double share)
      implements FeatureSummary {}

  /**
   * @param values Double, Integer or String by the column's kind, null where unknown
   */
  static FeatureSummary of(FeatureColumn column, List<@Nullable Object> values) {
    List<Object> known = new ArrayList<>();
    for (Object value : values) {
      if (value != null) {
        known.add(value);
      }
    }
    double missing = 1 - known.size() / (double) values.size();
    return column.kind() == ColumnKind.CATEGORY
        ? categories(column.name(), missing, known)
        : numbers(column.name(), missing, known);
  }

  private static Numbers numbers(String feature, double missing, List<Object> known) {
    double[] sorted =
        known.stream().mapToDouble(v -> ((Number) v).doubleValue()).sorted().toArray();
    return new Numbers(
        feature, missing, rank(sorted, 0), rank(sorted, 0.5), rank(sorted, 0.9), rank(sorted, 1));
  }

  private static double rank(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
  }

  private static Categories categories(String feature, double missing, List<Object> known) {
    Map<Object, Long> counts = known.stream().collect(groupingBy(identity(), counting()));
    return counts.entrySet().stream()
        .max(Map.Entry.<Object, Long>comparingByValue().thenComparing(e -> e.getKey().toString()))
        .map(
            most ->
                new Categories(
                    feature,
                    missing,
                    counts.size(),
                    most.getKey().toString(),
                    most.getValue() / (double) known.size()))
        .orElseGet(() -> new Categories(feature, missing, 0, null, Double.NaN));
  }
}
