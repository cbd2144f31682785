package dev.attune.training.train;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which label was held for which.
 *
 * @param counts rows of a label (first index) that a label was the likeliest for (second index)
 */
record ConfusionMatrix(List<String> labels, int[][] counts) {
  /** With fewer rows a label's recall is chance. */
  static final int LEAST_ROWS = 20;

  /** Where none of these is found, the label is surely found in less than a tenth. */
  static final int FREQUENT_ROWS = 30;

  /**
   * Of the most frequent label's rows. A rarer label may honestly never be the likeliest, since
   * another one is likelier even in its own rows.
   */
  private static final double FREQUENT = 0.5;

  /** Rows whose label the model doesn't know are left out. */
  static ConfusionMatrix of(List<Scored> scored, List<String> labels) {
    int[][] counts = new int[labels.size()][labels.size()];
    for (Scored one : scored) {
      int truth = labels.indexOf(one.example().label());
      if (truth >= 0) {
        counts[truth][one.likeliest()]++;
      }
    }
    return new ConfusionMatrix(labels, counts);
  }

  int rows(int label) {
    int rows = 0;
    for (int said : counts[label]) {
      rows += said;
    }
    return rows;
  }

  /** The share of a label's rows that the model finds; NaN without rows. */
  double recall(int label) {
    return (double) counts[label][label] / rows(label);
  }

  /** The share that is right of what the model calls so; NaN when it never does. */
  double precision(int label) {
    int said = 0;
    for (int[] row : counts) {
      said += row[label];
    }
    return (double) counts[label][label] / said;
  }

  /** The recall of the label that is found least often; NaN when no label has enough rows. */
  double leastRecall() {
    return leastRecall(LEAST_ROWS);
  }

  /** The same of the frequent labels. */
  double frequentRecall() {
    int most = IntStream.range(0, labels.size()).map(this::rows).max().orElse(0);
    return leastRecall(Math.max(FREQUENT_ROWS, (int) Math.ceil(FREQUENT * most)));
  }

  private double leastRecall(int rows) {
    return IntStream.range(0, labels.size())
        .filter(label -> rows(label) >= rows)
        .mapToDouble(this::recall)
        .min()
        .orElse(Double.NaN);
  }
}
