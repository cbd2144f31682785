package dev.attune.cli.replay;

import dev.attune.local.client.UserPrediction;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How often predictions were right, beside two guesses that take no model. One is always the most
 * common label of the measured rows; that is known only afterwards, so it is an upper bound. The
 * other is the label that the user had last, or the most common one for a user who had none. A
 * missing prediction counts as wrong. Thread-safe.
 */
final class PredictionAccuracy {
  private static final double QUANTILE = 1.96;

  private final Map<String, Integer> truths = new HashMap<>();
  private final Map<String, Integer> newcomers = new HashMap<>();
  private int rows;
  private int top1;
  private int top3;
  private int last;
  private int withoutPrediction;

  synchronized void add(LabelFinder.Row row, Optional<UserPrediction> prediction) {
    rows++;
    truths.merge(row.truth(), 1, Integer::sum);
    if (row.last() == null) {
      newcomers.merge(row.truth(), 1, Integer::sum);
    } else if (row.truth().equals(row.last())) {
      last++;
    }
    if (prediction.isEmpty()) {
      withoutPrediction++;
      return;
    }
    int rank = prediction.get().ranked().indexOf(row.truth());
    top1 += rank == 0 ? 1 : 0;
    top3 += rank >= 0 && rank < 3 ? 1 : 0;
  }

  /** The figures so far; shares are 0 to 1, the interval is Wilson's at 95 %. */
  synchronized Result result() {
    List<String> common =
        truths.keySet().stream()
            .sorted(Comparator.comparing(truths::get, Comparator.reverseOrder()))
            .limit(3)
            .toList();
    int majority = common.isEmpty() ? 0 : truths.getOrDefault(common.getFirst(), 0);
    int amongNewcomers = common.isEmpty() ? 0 : newcomers.getOrDefault(common.getFirst(), 0);
    double share = share(top1);
    double n = Math.max(1, rows);
    double z2 = QUANTILE * QUANTILE;
    double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    double half = QUANTILE * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return new Result(
        rows,
        share,
        centre - half,
        centre + half,
        share(top3),
        share(majority),
        share(common.stream().mapToInt(label -> truths.getOrDefault(label, 0)).sum()),
        share(last + amongNewcomers),
        withoutPrediction);
  }

  private double share(int part) {
    return rows == 0 ? 0 : (double) part / rows;
  }

  /** Shares of the measured rows. */
  record Result(
      int rows,
      double top1,
      double top1Low,
      double top1High,
      double top3,
      double majorityTop1,
      double majorityTop3,
      double lastTop1,
      int withoutPrediction) {}
}
