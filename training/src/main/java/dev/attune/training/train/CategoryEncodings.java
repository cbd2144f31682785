package dev.attune.training.train;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.scoring.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Learns the encodings of category features. */
final class CategoryEncodings {
  private static final int ONE_HOT_VALUES = 30;
  private static final int ONE_HOT_ROWS = 10;

  /** Pseudo-rows that pull a value's shares towards the overall ones. */
  private static final float SMOOTHING = 10;

  private final List<Example> examples;
  private final List<String> labelNames;
  private final int[] labels;

  CategoryEncodings(List<Example> examples, List<String> labelNames, int[] labels) {
    this.examples = examples;
    this.labelNames = labelNames;
    this.labels = labels;
  }

  private static @Nullable String value(Example example, int index) {
    return example.row().categories()[index];
  }

  /** One column a frequent value. */
  Encoding.OneHot oneHot(FeatureColumn column) {
    List<String> frequent =
        counts(column).entrySet().stream()
            .filter(entry -> entry.getValue() >= Math.min(ONE_HOT_ROWS, 1 + examples.size() / 100))
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(ONE_HOT_VALUES)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return new Encoding.OneHot(column.name(), column.index(), frequent);
  }

  /** The share of rows that have the value. */
  Encoding.Frequency frequency(FeatureColumn column) {
    Map<String, Float> shares = new TreeMap<>();
    counts(column).forEach((value, count) -> shares.put(value, count / (float) examples.size()));
    return new Encoding.Frequency(column.name(), column.index(), shares);
  }

  private Map<String, Integer> counts(FeatureColumn column) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Example example : examples) {
      String value = value(example, column.index());
      if (value != null) {
        counts.merge(value, 1, Integer::sum);
      }
    }
    return counts;
  }

  /**
   * For each value the share of each label among its rows, {@code (count + s · prior) / (rows +
   * s)}.
   *
   * @param from the rows to learn from
   */
  Encoding.Target target(String feature, int index, int[] from) {
    float[] prior = new float[labelNames.size()];
    Map<String, float[]> counts = new TreeMap<>();
    for (int row : from) {
      prior[labels[row]]++;
      String value = value(examples.get(row), index);
      if (value != null) {
        counts.computeIfAbsent(value, v -> new float[prior.length])[labels[row]]++;
      }
    }
    for (int c = 0; c < prior.length; c++) {
      prior[c] /= Math.max(1, from.length);
    }
    Map<String, List<Float>> shares = new TreeMap<>();
    counts.forEach((value, of) -> shares.put(value, smoothed(of, prior)));
    return new Encoding.Target(feature, index, labelNames, boxed(prior), shares);
  }

  private static List<Float> smoothed(float[] counts, float[] prior) {
    float total = SMOOTHING;
    for (float count : counts) {
      total += count;
    }
    float[] shares = new float[counts.length];
    for (int c = 0; c < shares.length; c++) {
      shares[c] = (counts[c] + SMOOTHING * prior[c]) / total;
    }
    return boxed(shares);
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
