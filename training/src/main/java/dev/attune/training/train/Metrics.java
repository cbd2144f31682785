package dev.attune.training.train;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How good predictions are, beside two baselines: the most frequent labels of training, and the
 * user's previous label. A row whose label training never saw counts as wrong everywhere.
 */
record Metrics(
    int rows,
    double top1,
    double top3,
    double logLoss,
    double majorityTop1,
    double majorityTop3,
    double lastLabelTop1) {

  /** One row evaluated. */
  record Scored(LabelledRow row, float[] probabilities) {}

  static Metrics of(List<Scored> scored, List<String> labels, int[] trainingCounts) {
    int[] common =
        IntStream.range(0, labels.size())
            .boxed()
            .sorted(Comparator.comparingInt(c -> -trainingCounts[c]))
            .mapToInt(Integer::intValue)
            .toArray();
    double top1 = 0;
    double top3 = 0;
    double loss = 0;
    double majority1 = 0;
    double majority3 = 0;
    double last = 0;
    for (Scored one : scored) {
      int truth = labels.indexOf(one.row.label());
      int rank = truth < 0 ? Integer.MAX_VALUE : rank(one.probabilities, truth);
      top1 += rank == 0 ? 1 : 0;
      top3 += rank < 3 ? 1 : 0;
      loss -= Math.log(Math.max(1e-9, truth < 0 ? 0 : one.probabilities[truth]));
      int commonness = truth < 0 ? Integer.MAX_VALUE : place(common, truth);
      majority1 += commonness == 0 ? 1 : 0;
      majority3 += commonness < 3 ? 1 : 0;
      last += lastLabel(one.row, labels.get(common[0])).equals(one.row.label()) ? 1 : 0;
    }
    int n = Math.max(1, scored.size());
    return new Metrics(
        scored.size(), top1 / n, top3 / n, loss / n, majority1 / n, majority3 / n, last / n);
  }

  private static String lastLabel(LabelledRow row, String otherwise) {
    @Nullable String previous = row.previousLabel();
    return previous == null ? otherwise : previous;
  }

  private static int rank(float[] probabilities, int truth) {
    int above = 0;
    for (int c = 0; c < probabilities.length; c++) {
      if (probabilities[c] > probabilities[truth]
          || (probabilities[c] == probabilities[truth] && c < truth)) {
        above++;
      }
    }
    return above;
  }

  private static int place(int[] order, int wanted) {
    return IntStream.range(0, order.length).filter(i -> order[i] == wanted).findFirst().orElse(0);
  }

  /** The metrics of a slice. */
  static Metrics where(
      Predicate<LabelledRow> slice, List<Scored> scored, List<String> labels, int[] counts) {
    return of(scored.stream().filter(one -> slice.test(one.row)).toList(), labels, counts);
  }

  /** By the names that the manifest and the gates use. */
  Map<String, Double> named() {
    Map<String, Double> named = new LinkedHashMap<>();
    named.put("top1", top1);
    named.put("top3", top3);
    named.put("logloss", logLoss);
    named.put("majority_top1", majorityTop1);
    named.put("majority_top3", majorityTop3);
    named.put("last_label_top1", lastLabelTop1);
    named.put("evaluation_rows", (double) rows);
    return named;
  }

  static int[] counts(List<LabelledRow> rows, List<String> labels) {
    int[] counts = new int[labels.size()];
    rows.forEach(
        row -> {
          int label = labels.indexOf(row.label());
          if (label >= 0) {
            counts[label]++;
          }
        });
    return counts;
  }

  @Override
  public String toString() {
    return "top-1 %.1f %%, top-3 %.1f %%, log loss %.3f (%d rows; majority %.1f/%.1f %%, last label %.1f %%)"
        .formatted(
            100 * top1,
            100 * top3,
            logLoss,
            rows,
            100 * majorityTop1,
            100 * majorityTop3,
            100 * lastLabelTop1);
  }
}
