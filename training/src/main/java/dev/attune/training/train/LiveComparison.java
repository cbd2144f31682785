package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.RowScores;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A candidate beside the live model, on rows that neither has learned from. What is compared is the
 * log loss, row by row.
 *
 * @param version the live one
 * @param gain how much less the candidate's mean log loss is
 * @param low of the gain's 95 % interval
 * @param high of the same
 */
record LiveComparison(
    String version,
    int rows,
    double liveTop1,
    double candidateTop1,
    double liveTop3,
    double candidateTop3,
    double gain,
    double low,
    double high) {
  /**
   * Empty when the live model can't score such rows, or there are too few that it has not learned
   * from.
   *
   * @param leastRows with fewer nothing is said
   */
  static Optional<LiveComparison> of(
      TrainedModel candidate, ModelBundle live, List<Example> newer, int leastRows) {
    List<Example> unseen = unseenBy(live, newer);
    return unseen.size() < leastRows
        ? Optional.empty()
        : Optional.of(of(candidate::probabilities, candidate.labels(), live, unseen));
  }

  /** The same of two versions, on rows that neither has learned from. */
  static Optional<LiveComparison> of(
      ModelBundle candidate, ModelBundle live, List<Example> examples, int leastRows) {
    List<Example> unseen = unseenBy(live, unseenBy(candidate, examples));
    return unseen.size() < leastRows
        ? Optional.empty()
        : Optional.of(
            of(
                row -> candidate.score(List.of(row)).getFirst().probabilities(),
                candidate.manifest().labels(),
                live,
                unseen));
  }

  private static List<Example> unseenBy(ModelBundle version, List<Example> examples) {
    long learnedTo = millis(version.manifest().data().to());
    return examples.stream()
        .filter(example -> example.time() > learnedTo)
        .filter(example -> version.misfit(example.row()) == null)
        .toList();
  }

  private static LiveComparison of(
      Function<FeatureRow, float[]> candidate,
      List<String> labels,
      ModelBundle live,
      List<Example> rows) {
    List<FeatureRow> features = rows.stream().map(Example::row).toList();
    List<RowScores> scores = live.score(features);
    ClusteredMean gains = new ClusteredMean();
    int liveRight = 0;
    int candidateRight = 0;
    int liveAmong = 0;
    int candidateAmong = 0;
    List<String> liveLabels = live.manifest().labels();
    for (int i = 0; i < rows.size(); i++) {
      Example row = rows.get(i);
      Scored ofLive = new Scored(row, scores.get(i).probabilities());
      Scored ofCandidate = new Scored(row, candidate.apply(row.row()));
      gains.add(row.userId(), ofLive.loss(liveLabels) - ofCandidate.loss(labels));
      liveRight += ofLive.isRight(liveLabels) ? 1 : 0;
      candidateRight += ofCandidate.isRight(labels) ? 1 : 0;
      liveAmong += ofLive.isAmong(3, liveLabels) ? 1 : 0;
      candidateAmong += ofCandidate.isAmong(3, labels) ? 1 : 0;
    }
    return new LiveComparison(
        live.manifest().version(),
        rows.size(),
        (double) liveRight / rows.size(),
        (double) candidateRight / rows.size(),
        (double) liveAmong / rows.size(),
        (double) candidateAmong / rows.size(),
        gains.mean(),
        gains.mean() - gains.margin(),
        gains.mean() + gains.margin());
  }

  /** A time of a manifest; the earliest there is when it says none, as a model of one's own may. */
  static long millis(String time) {
    try {
      return Instant.parse(time).toEpochMilli();
    } catch (DateTimeParseException e) {
      return Long.MIN_VALUE;
    }
  }

  /** Whether the candidate is surely better. */
  GateVerdict verdict() {
    return new GateVerdict("live_logloss_gain_low", figures(), low > 0 ? null : notBetter());
  }

  private String notBetter() {
    return String.format(
        Locale.ROOT,
        "log loss on the newest %,d rows is that of live %s %+.3f, 95 %% interval %+.3f to %+.3f: not surely lower",
        rows,
        version,
        -gain,
        -high,
        -low);
  }

  /**
   * Whether the candidate is surely worse, on rows since its training.
   *
   * @param worse by how much more the log loss may surely be higher, in nats
   */
  GateVerdict sinceTraining(double worse) {
    return new GateVerdict("since_training", figures(), high >= -worse ? null : harm());
  }

  private String harm() {
    return String.format(
        Locale.ROOT,
        "of %,d rows since its training it is right on %.1f %%, live %s on %.1f %%: its log loss is surely higher, %+.3f, 95 %% interval %+.3f to %+.3f",
        rows,
        100 * candidateTop1,
        version,
        100 * liveTop1,
        -gain,
        -high,
        -low);
  }

  private Map<String, Double> figures() {
    return Map.of(
        "rows",
        (double) rows,
        "top1",
        candidateTop1,
        "live_top1",
        liveTop1,
        "live_logloss_gain",
        gain,
        "live_logloss_gain_low",
        low,
        "live_logloss_gain_high",
        high);
  }
}
