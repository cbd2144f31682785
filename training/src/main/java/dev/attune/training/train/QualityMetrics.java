package dev.attune.training.train;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How good predictions are, beside two baselines: the most frequent labels of training, and the
 * user's previous label. A row whose label training never saw counts as wrong everywhere.
 *
 * @param top1Margin half of the 95 % interval of {@code top1}; infinite with less than two users
 */
record QualityMetrics(
    int rows,
    double top1,
    double top1Margin,
    double top3,
    double logLoss,
    double calibrationError,
    double majorityTop1,
    double majorityTop3,
    double lastLabelTop1) {
  /**
   * @param trainingCounts how often training saw each label
   */
  static QualityMetrics of(List<Scored> scored, List<String> labels, int[] trainingCounts) {
    List<String> common =
        IntStream.range(0, labels.size())
            .boxed()
            .sorted(Comparator.comparingInt(c -> -trainingCounts[c]))
            .map(labels::get)
            .toList();
    double loss = 0;
    ClusteredMean top1 = new ClusteredMean();
    for (Scored one : scored) {
      loss += one.loss(labels);
      top1.add(one.example().userId(), one.isRight(labels) ? 1 : 0);
    }
    return new QualityMetrics(
        scored.size(),
        share(scored, one -> one.isRight(labels)),
        top1.margin(),
        share(scored, one -> one.isAmong(3, labels)),
        loss / Math.max(1, scored.size()),
        CalibrationCurve.of(scored, labels).error(),
        share(scored, one -> one.example().label().equals(common.getFirst())),
        share(scored, one -> common.stream().limit(3).anyMatch(one.example().label()::equals)),
        share(scored, one -> lastLabel(one, common.getFirst()).equals(one.example().label())));
  }

  /**
   * @param older the examples that the model learned from
   */
  static QualityMetrics of(TrainedModel model, List<Example> older, List<Example> newer) {
    return of(Scored.by(model, newer), model.labels(), counts(older, model.labels()));
  }

  private static String lastLabel(Scored one, String otherwise) {
    return Objects.requireNonNullElse(one.example().previousLabel(), otherwise);
  }

  private static double share(List<Scored> scored, Predicate<Scored> which) {
    return scored.stream().filter(which).count() / (double) Math.max(1, scored.size());
  }

  /** By the names that the manifest and the gates use. */
  Map<String, Double> named() {
    Map<String, Double> named = new LinkedHashMap<>();
    named.put("top1", top1);
    named.put("top3", top3);
    named.put("logloss", logLoss);
    named.put("ece", calibrationError);
    named.put("majority_top1", majorityTop1);
    named.put("majority_top3", majorityTop3);
    named.put("last_label_top1", lastLabelTop1);
    named.put("evaluation_rows", (double) rows);
    return named;
  }

  static int[] counts(List<Example> examples, List<String> labels) {
    int[] counts = new int[labels.size()];
    examples.forEach(
        example -> {
          int label = labels.indexOf(example.label());
          if (label >= 0) {
            counts[label]++;
          }
        });
    return counts;
  }

  @Override
  public String toString() {
    return "top-1 %.1f %%, top-3 %.1f %%, log loss %.3f, calibration error %.3f (%d rows; majority %.1f/%.1f %%, last label %.1f %%)"
        .formatted(
            100 * top1,
            100 * top3,
            logLoss,
            calibrationError,
            rows,
            100 * majorityTop1,
            100 * majorityTop3,
            100 * lastLabelTop1);
  }
}
