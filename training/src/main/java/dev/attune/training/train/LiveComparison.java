package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.RowScores;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
    double gain,
    double low,
    double high) {
  /** With fewer rows or users nothing is said. */
  private static final int LEAST_ROWS = 100;

  /**
   * Empty when the live model can't score such rows, or there are too few that it has not learned
   * from.
   */
  static Optional<LiveComparison> of(
      TrainedModel candidate, ModelBundle live, List<Example> newer) {
    long learnedTo = millis(live.manifest().data().to());
    List<Example> rows =
        newer.stream()
            .filter(example -> example.time() > learnedTo)
            .filter(example -> live.misfit(example.row()) == null)
            .toList();
    if (rows.size() < LEAST_ROWS) {
      return Optional.empty();
    }
    List<FeatureRow> features = rows.stream().map(Example::row).toList();
    List<RowScores> scores = live.score(features);
    ClusteredMean gains = new ClusteredMean();
    int liveRight = 0;
    int candidateRight = 0;
    List<String> liveLabels = live.manifest().labels();
    for (int i = 0; i < rows.size(); i++) {
      Example row = rows.get(i);
      Scored ofLive = new Scored(row, scores.get(i).probabilities());
      Scored ofCandidate = new Scored(row, candidate.probabilities(row.row()));
      gains.add(row.userId(), ofLive.loss(liveLabels) - ofCandidate.loss(candidate.labels()));
      liveRight += ofLive.isRight(liveLabels) ? 1 : 0;
      candidateRight += ofCandidate.isRight(candidate.labels()) ? 1 : 0;
    }
    return Optional.of(
        new LiveComparison(
            live.manifest().version(),
            rows.size(),
            (double) liveRight / rows.size(),
            (double) candidateRight / rows.size(),
            gains.mean(),
            gains.mean() - gains.margin(),
            gains.mean() + gains.margin()));
  }

  /** A time of a manifest; the earliest there is when it says none, as a model of one's own may. */
  static long millis(String time) {
    try {
      return Instant.parse(time).toEpochMilli();
    } catch (DateTimeParseException e) {
      return Long.MIN_VALUE;
    }
  }

  /** Why the candidate isn't better; empty when it is. */
  Optional<String> failure() {
    return low > 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "log loss on the newest %,d rows is that of live %s %+.3f, 95 %% interval %+.3f to %+.3f: not surely lower",
                rows,
                version,
                -gain,
                -high,
                -low));
  }
}
