package dev.attune.training.train;

import static java.util.stream.Collectors.groupingBy;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.drift.ReferenceBins;
import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.Divergence;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * How far a feature's distribution moved from the older rows to the newer ones, of users of the
 * same age: what a feature counts grows with the time since a user's first event.
 *
 * @param index the population stability index, of the older rows' bins and of missing values; the
 *     mean over the ages, weighted by their newer rows
 */
record FeatureShift(String feature, double index) {
  private static final double MOVED = 0.1;
  static final double DRIFTED = 0.25;

  /** With fewer rows on a side an age is left out. */
  private static final int LEAST_ROWS = 100;

  /** In the words of {@code GET /v1/drift}. */
  String level() {
    return index < MOVED ? "stable" : index < DRIFTED ? "moved" : "drifted";
  }

  /** The largest first; texts have no distribution. */
  static List<FeatureShift> of(
      TimeSplit split, FeatureSet features, List<Encoding.Segment> segments) {
    Map<AgeBucket, List<Example>> older = byAge(split.older());
    Means means = new Means();
    byAge(split.newer())
        .forEach(
            (age, rows) -> {
              List<Example> before = older.getOrDefault(age, List.of());
              if (before.size() >= LEAST_ROWS && rows.size() >= LEAST_ROWS) {
                List<Reference> references = DriftReferences.ofFeatures(before, features, segments);
                means.add(rows.size(), ofOneAge(references, rows, features, segments));
              }
            });
    return means.largestFirst();
  }

  /**
   * From what a version's training saw to newer rows, in the same way.
   *
   * @param references of the version's manifest
   */
  static List<FeatureShift> since(
      List<AgeReferences> references,
      List<Example> newer,
      FeatureSet features,
      List<Encoding.Segment> segments) {
    Map<AgeBucket, List<Example>> byAge = byAge(newer);
    Means means = new Means();
    for (AgeReferences age : references) {
      List<Example> rows = byAge.getOrDefault(AgeBucket.of(age.fromMillis()), List.of());
      if (rows.size() >= LEAST_ROWS) {
        means.add(rows.size(), ofOneAge(age.references(), rows, features, segments));
      }
    }
    return means.largestFirst();
  }

  /** Means over the ages, weighted by their newer rows. */
  private static final class Means {
    private final Map<String, Double> sums = new HashMap<>();
    private final Map<String, Integer> rows = new HashMap<>();

    void add(int newer, List<FeatureShift> ofOneAge) {
      for (FeatureShift shift : ofOneAge) {
        sums.merge(shift.feature(), shift.index() * newer, Double::sum);
        rows.merge(shift.feature(), newer, Integer::sum);
      }
    }

    List<FeatureShift> largestFirst() {
      return sums.entrySet().stream()
          .map(
              sum ->
                  new FeatureShift(
                      sum.getKey(), sum.getValue() / rows.getOrDefault(sum.getKey(), 1)))
          .sorted(Comparator.comparingDouble(FeatureShift::index).reversed())
          .toList();
    }
  }

  /** The labels of newer rows beside those that a version was trained on. */
  static FeatureShift ofLabels(Reference labels, List<Example> newer) {
    long users = newer.stream().map(Example::userId).distinct().count();
    return shift(labels, newer, users, example -> ReferenceBins.bin(labels, example.label()));
  }

  boolean isDrifted() {
    return index >= DRIFTED;
  }

  private static Map<AgeBucket, List<Example>> byAge(List<Example> examples) {
    return examples.stream().collect(groupingBy(example -> AgeBucket.of(example.age())));
  }

  private static List<FeatureShift> ofOneAge(
      List<Reference> of,
      List<Example> examples,
      FeatureSet features,
      List<Encoding.Segment> segments) {
    Map<String, Reference> references = new HashMap<>();
    of.forEach(reference -> references.put(reference.feature(), reference));
    List<FeatureRow> newer = examples.stream().map(Example::row).toList();
    long users = examples.stream().map(Example::userId).distinct().count();
    List<FeatureShift> shifts = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      Reference older = references.get(column.name());
      int at = column.index();
      if (older != null && column.kind() == ColumnKind.NUMBER) {
        shifts.add(shift(older, newer, users, row -> ReferenceBins.bin(older, row.numbers()[at])));
      } else if (older != null && column.kind() == ColumnKind.CATEGORY) {
        shifts.add(
            shift(older, newer, users, row -> ReferenceBins.bin(older, row.categories()[at])));
      }
    }
    for (Encoding.Segment segment : segments) {
      Reference older = references.get(segment.feature());
      if (older != null) {
        shifts.add(
            shift(
                older,
                newer,
                users,
                row ->
                    ReferenceBins.bin(
                        older, ReferenceBins.membership(segment, row.memberships()))));
      }
    }
    return shifts;
  }

  private static <T> FeatureShift shift(
      Reference older, List<T> newer, long users, ToIntFunction<T> bin) {
    int bins = older.shares().size();
    double[] before = new double[bins + 1];
    for (int i = 0; i < bins; i++) {
      before[i] = older.shares().get(i) * (1 - older.missing());
    }
    before[bins] = older.missing();
    double[] now = new double[bins + 1];
    for (T row : newer) {
      now[bin.applyAsInt(row)] += 1.0 / newer.size();
    }
    double rows = Math.max(1, Divergence.rows(older.rows(), users));
    return new FeatureShift(older.feature(), Divergence.ofSamples(before, now, rows));
  }
}
