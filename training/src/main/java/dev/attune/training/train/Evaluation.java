package dev.attune.training.train;

import static java.util.stream.Collectors.groupingBy;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.training.UserFault;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How well a model predicts examples that are newer than those it learned from.
 *
 * @param overconfidence by how much the likeliest label's probability is above how often it is
 *     right
 * @param slices by {@code feature=value}, and by {@code moment=event type}
 * @param confidence by moment, how often the likeliest label is right above a probability
 * @param predictions what it said of them, for drift
 * @param predictionsByAge what it said of all rows of their time, labelled or not
 */
record Evaluation(
    QualityMetrics all,
    ClusteredMean overconfidence,
    Map<String, QualityMetrics> slices,
    Map<String, ConfidenceTable> confidence,
    ConfusionMatrix confusion,
    List<Reference> predictions,
    List<AgeReferences> predictionsByAge) {
  /** With fewer an interval by users is too narrow. */
  private static final int LEAST_USERS = 20;

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
    List<Scored> scored = Scored.by(model, newer);
    Map<String, Function<Example, String>> by = new LinkedHashMap<>();
    by.put("moment", Example::moment);
    for (String feature : sliceBy) {
      int index = categoryIndex(feature, features);
      by.put(feature, example -> value(example, index));
    }
    Map<String, QualityMetrics> slices = new LinkedHashMap<>();
    Map<String, ConfidenceTable> confidence = new LinkedHashMap<>();
    by.forEach(
        (name, value) ->
            new TreeMap<>(scored.stream().collect(groupingBy(one -> value.apply(one.example()))))
                .forEach(
                    (of, rows) ->
                        slices.put(
                            name + "=" + of, QualityMetrics.of(rows, model.labels(), counts))));
    new TreeMap<>(scored.stream().collect(groupingBy(one -> one.example().moment())))
        .forEach(
            (moment, rows) -> confidence.put(moment, ConfidenceTable.of(rows, model.labels())));
    return new Evaluation(
        QualityMetrics.of(scored, model.labels(), counts),
        overconfidence(scored, model.labels()),
        slices,
        confidence,
        ConfusionMatrix.of(scored, model.labels()),
        DriftReferences.ofPredictions(
            model.labels(),
            scored.stream().map(Scored::probabilities).toList(),
            newer.stream().map(Example::userId).distinct().count()),
        DriftReferences.ofPredictionsByAge(
            profile.stream().filter(row -> row.time() >= newer.getFirst().time()).toList(),
            model.labels(),
            model::probabilities));
  }

  static ClusteredMean overconfidence(List<Scored> scored, List<String> labels) {
    ClusteredMean mean = new ClusteredMean();
    for (Scored one : scored) {
      mean.add(one.example().userId(), one.confidence() - (one.isRight(labels) ? 1 : 0));
    }
    return mean;
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
    if (overconfidence.users() >= LEAST_USERS) {
      metrics.put("too_sure", overconfidence.mean() - overconfidence.margin());
    }
    if (!Double.isNaN(confusion.leastRecall())) {
      metrics.put("least_recall", confusion.leastRecall());
    }
    if (!Double.isNaN(confusion.frequentRecall())) {
      metrics.put("frequent_recall", confusion.frequentRecall());
    }
    slices.forEach(
        (slice, of) -> {
          metrics.put("top1{" + slice + "}", of.top1());
          metrics.put("top3{" + slice + "}", of.top3());
          metrics.put("evaluation_rows{" + slice + "}", (double) of.rows());
        });
    return metrics;
  }
}
