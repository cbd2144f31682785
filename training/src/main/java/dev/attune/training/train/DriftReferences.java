package dev.attune.training.train;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Distributions of the training rows, that drift is measured against. */
final class DriftReferences {
  private static final int BINS = 10;
  private static final int VALUES = 20;

  private DriftReferences() {}

  /** One a number or category feature; tokens have none. */
  static List<Reference> ofFeatures(List<Example> rows, FeatureSet features) {
    List<Reference> references = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      int at = column.index();
      switch (column.kind()) {
        case NUMBER ->
            references.add(
                numbers(
                    column.name(),
                    rows.stream().mapToDouble(r -> r.row().numbers()[at]).toArray()));
        case CATEGORY ->
            references.add(categories(column.name(), rows, r -> r.row().categories()[at]));
        case TOKENS -> {}
      }
    }
    references.add(categories("label", rows, Example::label));
    return references;
  }

  /** What the model says of rows it did not learn from: the winning labels and their shares. */
  static List<Reference> ofPredictions(List<String> labels, List<float[]> probabilities) {
    int[] counts = new int[labels.size() + 1];
    double[] confidence = new double[probabilities.size()];
    for (int i = 0; i < confidence.length; i++) {
      float[] row = probabilities.get(i);
      int best = 0;
      for (int c = 1; c < row.length; c++) {
        best = row[c] > row[best] ? c : best;
      }
      counts[best]++;
      confidence[i] = row[best];
    }
    return List.of(
        new Reference(
            ModelManifest.PREDICTION,
            null,
            labels,
            shares(Arrays.stream(counts).asDoubleStream().toArray(), confidence.length),
            0),
        numbers(ModelManifest.CONFIDENCE, confidence));
  }

  /** Bins of equal shares, fewer where values repeat. */
  private static Reference numbers(String feature, double[] values) {
    double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    List<Double> edges = new ArrayList<>();
    for (int bin = 1; bin < BINS && present.length > 0; bin++) {
      double edge = present[(int) ((long) present.length * bin / BINS)];
      if ((edges.isEmpty() || edge > edges.getLast()) && edge > present[0]) {
        edges.add(edge);
      }
    }
    double[] counts = new double[edges.size() + 1];
    for (double value : present) {
      int bin = 0;
      while (bin < edges.size() && value >= edges.get(bin)) {
        bin++;
      }
      counts[bin]++;
    }
    return new Reference(
        feature,
        edges,
        null,
        shares(counts, present.length),
        missing(values.length, present.length));
  }

  private static Reference categories(
      String feature, List<Example> rows, Function<Example, @Nullable String> value) {
    Map<String, Integer> counts = new TreeMap<>();
    int present = 0;
    for (Example row : rows) {
      String text = value.apply(row);
      if (text != null) {
        counts.merge(text, 1, Integer::sum);
        present++;
      }
    }
    List<String> values =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(VALUES)
            .map(Map.Entry::getKey)
            .toList();
    double[] of = new double[values.size() + 1];
    int named = 0;
    for (int i = 0; i < values.size(); i++) {
      of[i] = counts.getOrDefault(values.get(i), 0);
      named += (int) of[i];
    }
    of[values.size()] = present - named;
    return new Reference(feature, null, values, shares(of, present), missing(rows.size(), present));
  }

  private static List<Double> shares(double[] counts, int total) {
    return Arrays.stream(counts).map(count -> count / Math.max(1, total)).boxed().toList();
  }

  private static double missing(int all, int present) {
    return all == 0 ? 0 : (all - present) / (double) all;
  }
}
