package dev.attune.training.train;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.drift.IndependentRows;
import dev.attune.core.drift.ReferenceBins;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Memberships;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Distributions of the training rows, that drift is measured against. */
final class DriftReferences {
  private DriftReferences() {}

  /** Of users of all ages: one a number or category feature and a segment; tokens have none. */
  static List<Reference> ofFeatures(
      List<Example> examples, FeatureSet features, List<Encoding.Segment> segments) {
    double rows = independentOf(examples.stream().map(Example::userId));
    List<Reference> references =
        ofColumns(examples.stream().map(Example::row).toList(), features, segments, rows);
    references.add(
        ReferenceBins.categories(
            "label", new ArrayList<>(examples.stream().map(Example::label).toList()), rows));
    return references;
  }

  private static List<@Nullable String> values(List<FeatureRow> rows, int at) {
    List<@Nullable String> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.categories()[at]));
    return values;
  }

  private static List<Reference> ofColumns(
      List<FeatureRow> rows,
      FeatureSet features,
      List<Encoding.Segment> segments,
      double independent) {
    List<Reference> references = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      int at = column.index();
      switch (column.kind()) {
        case NUMBER ->
            references.add(
                ReferenceBins.numbers(
                    column.name(),
                    rows.stream().mapToDouble(row -> row.numbers()[at]).toArray(),
                    independent));
        case CATEGORY ->
            references.add(ReferenceBins.categories(column.name(), values(rows, at), independent));
        case TOKENS -> {}
      }
    }
    List<@Nullable Memberships> memberships = new ArrayList<>();
    rows.forEach(row -> memberships.add(row.memberships()));
    segments.forEach(
        segment -> references.add(ReferenceBins.memberships(segment, memberships, independent)));
    return references;
  }

  /** By age: the features, the segments, and the ages themselves where they have an end. */
  static List<AgeReferences> ofFeaturesByAge(
      List<ProfileRow> rows, FeatureSet features, List<Encoding.Segment> segments) {
    return byAge(
        rows,
        (bucket, some) -> {
          double independent = independent(some);
          List<Reference> references =
              ofColumns(
                  some.stream().map(ProfileRow::row).toList(), features, segments, independent);
          if (!bucket.isOpenEnded()) {
            double[] ages = some.stream().mapToDouble(ProfileRow::age).toArray();
            references.add(ReferenceBins.numbers(ModelManifest.AGE, ages, independent));
          }
          return references;
        });
  }

  /** By age: what the model says of rows it did not learn from. */
  static List<AgeReferences> ofPredictionsByAge(
      List<ProfileRow> rows, List<String> labels, Function<FeatureRow, float[]> model) {
    return byAge(
        rows,
        (bucket, some) ->
            ofPredictions(
                labels,
                some.stream().map(row -> model.apply(row.row())).toList(),
                independent(some)));
  }

  /** The references of one age. */
  private interface OfOneAge {
    List<Reference> of(AgeBucket bucket, List<ProfileRow> rows);
  }

  private static List<AgeReferences> byAge(List<ProfileRow> rows, OfOneAge profile) {
    Map<AgeBucket, List<ProfileRow>> buckets =
        rows.stream().collect(Collectors.groupingBy(row -> AgeBucket.of(row.age())));
    return AgeBucket.ALL.stream()
        .filter(buckets::containsKey)
        .map(
            bucket ->
                new AgeReferences(
                    bucket.fromMillis(),
                    bucket.isOpenEnded() ? null : bucket.toMillis(),
                    profile.of(bucket, buckets.getOrDefault(bucket, List.of()))))
        .toList();
  }

  private static double independent(List<ProfileRow> rows) {
    return independentOf(rows.stream().map(ProfileRow::userId));
  }

  private static double independentOf(Stream<String> usersOfRows) {
    return IndependentRows.of(
        usersOfRows.collect(Collectors.groupingBy(user -> user, Collectors.counting())).values());
  }

  /** The same ages, each with the references of both. */
  static List<AgeReferences> merged(List<AgeReferences> some, List<AgeReferences> more) {
    Map<Long, List<Reference>> byAge =
        more.stream()
            .collect(Collectors.toMap(AgeReferences::fromMillis, AgeReferences::references));
    return some.stream()
        .map(
            age -> {
              List<Reference> both = new ArrayList<>(age.references());
              both.addAll(byAge.getOrDefault(age.fromMillis(), List.of()));
              return new AgeReferences(age.fromMillis(), age.toMillis(), both);
            })
        .toList();
  }

  /** What the model says of rows it did not learn from: the winning labels and their shares. */
  static List<Reference> ofPredictions(
      List<String> labels, List<float[]> probabilities, double rows) {
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
    List<Double> shares =
        Arrays.stream(counts).mapToObj(n -> n / (double) Math.max(1, confidence.length)).toList();
    return List.of(
        new Reference(ModelManifest.PREDICTION, null, labels, shares, 0, rows),
        ReferenceBins.numbers(ModelManifest.CONFIDENCE, confidence, rows));
  }
}
