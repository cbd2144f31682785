package dev.attune.training.train;

import java.util.List;

/**
 * Fits the one number by which a model's margins are divided, so that its probabilities are right
 * on rows that it has not learned from: the temperature with the least log loss (Guo et al. 2017,
 * temperature scaling). Rows that are all right would ask for boundless certainty, so the
 * temperature's logarithm is held to be normal around 0 beforehand, which only few rows feel. The
 * golden section finds the one minimum.
 */
final class Temperature {
  private static final double LEAST = 0.2;
  private static final double GREATEST = 5;

  /** The standard deviation of the temperature's logarithm beforehand. */
  private static final double PRIOR = 0.5;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int STEPS = 40;

  /** With fewer rows the search would follow chance. */
  private static final int LEAST_ROWS = 50;

  private Temperature() {}

  /**
   * A row.
   *
   * @param margins of all labels
   * @param truth the right label's index
   */
  record Row(float[] margins, int truth) {}

  /** 1 when there are too few rows to tell. */
  static float of(List<Row> rows) {
    if (rows.size() < LEAST_ROWS) {
      return 1;
    }
    double low = Math.log(1 / GREATEST);
    double high = Math.log(1 / LEAST);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double leftLoss = penalized(rows, left);
    double rightLoss = penalized(rows, right);
    for (int step = 0; step < STEPS; step++) {
      if (leftLoss <= rightLoss) {
        high = right;
        right = left;
        rightLoss = leftLoss;
        left = high - GOLDEN * (high - low);
        leftLoss = penalized(rows, left);
      } else {
        low = left;
        left = right;
        leftLoss = rightLoss;
        right = low + GOLDEN * (high - low);
        rightLoss = penalized(rows, right);
      }
    }
    return (float) Math.exp(-(low + high) / 2);
  }

  private static double penalized(List<Row> rows, double logSharpness) {
    double apart = logSharpness / PRIOR;
    return loss(rows, Math.exp(logSharpness)) + apart * apart / 2 / rows.size();
  }

  /** The mean of −ln p of the right label. */
  static double loss(List<Row> rows, double sharpness) {
    double loss = 0;
    for (Row row : rows) {
      double most = Double.NEGATIVE_INFINITY;
      for (float margin : row.margins()) {
        most = Math.max(most, margin * sharpness);
      }
      double sum = 0;
      for (float margin : row.margins()) {
        sum += Math.exp(margin * sharpness - most);
      }
      loss += most + Math.log(sum) - row.margins()[row.truth()] * sharpness;
    }
    return loss / rows.size();
  }
}
