package dev.attune.training.train;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.training.UserFault;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How well a model predicts examples that are newer than those it learned from.
 *
 * @param slices by {@code feature=value}
 * @param predictions what it said of them, for drift
 * @param predictionsByAge what it said of all rows of their time, labelled or not
 */
record Evaluation(
    QualityMetrics all,
    Map<String, QualityMetrics> slices,
    List<Reference> predictions,
    List<AgeReferences> predictionsByAge) {
  /**
   * @param older the examples that the model learned from
   * @param profile rows as they come in online; those before the newer examples are left out
   * @param sliceBy category features
   * @throws UserFault when a feature to slice by is no category
   */
  static Evaluation of(
      TrainedModel model,
      List<Example> older,
      List<Example> newer,
      List<ProfileRow> profile,
      List<String> sliceBy,
      FeatureSet features) {
    int[] counts = QualityMetrics.counts(older, model.labels());
    List<QualityMetrics.Scored> scored =
        newer.stream()
            .map(e -> new QualityMetrics.Scored(e, model.probabilities(e.row())))
            .toList();
    Map<String, QualityMetrics> slices = new LinkedHashMap<>();
    for (String feature : sliceBy) {
      int index = categoryIndex(feature, features);
      newer.stream()
          .map(example -> value(example, index))
          .distinct()
          .sorted()
          .forEach(
              value ->
                  slices.put(
                      feature + "=" + value,
                      QualityMetrics.of(
                          scored.stream()
                              .filter(one -> value(one.example(), index).equals(value))
                              .toList(),
                          model.labels(),
                          counts)));
    }
    return new Evaluation(
        QualityMetrics.of(scored, model.labels(), counts),
        slices,
        DriftReferences.ofPredictions(
            model.labels(),
            scored.stream().map(QualityMetrics.Scored::probabilities).toList(),
            newer.stream().map(Example::userId).distinct().count()),
        DriftReferences.ofPredictionsByAge(
            profile.stream().filter(row -> row.time() >= newer.getFirst().time()).toList(),
            model.labels(),
            model::probabilities));
  }

  private static String value(Example example, int index) {
    return String.valueOf(example.row().categories()[index]);
  }

  private static int categoryIndex(String feature, FeatureSet features) {
    return features.columns().stream()
        .filter(column -> column.kind() == ColumnKind.CATEGORY)
        .filter(column -> column.name().equals(feature))
        .findFirst()
        .orElseThrow(
            () -> new UserFault("training.yaml slices by " + feature + ", which is no category."))
        .index();
  }

  /** By the names that the manifest and the gates use. */
  Map<String, Double> named() {
    Map<String, Double> metrics = new LinkedHashMap<>(all.named());
    slices.forEach(
        (slice, of) -> {
          metrics.put("top1{" + slice + "}", of.top1());
          metrics.put("top3{" + slice + "}", of.top3());
          metrics.put("evaluation_rows{" + slice + "}", (double) of.rows());
        });
    return metrics;
  }
}
