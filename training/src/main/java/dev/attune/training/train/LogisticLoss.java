package dev.attune.training.train;

import java.util.Arrays;

/**
 * What multinomial logistic regression with an L2 penalty makes least:
 *
 * <pre>(Σ weight · (ln Σ e^score(c) − score(truth)) + penalty / 2 · Σ w²) / Σ weight,
 * score(c) = bias(c) + Σ w(c, d) · x(d)</pre>
 *
 * <p>A point holds, class by class, the weights of the dimensions and then the bias, which isn't
 * held back. The function is convex. Rows are read in blocks with the longest loops inside, which
 * the compiler turns into vector instructions. For one thread.
 */
final class LogisticLoss implements Lbfgs.Function {
  private static final int BLOCK = 128;

  private final float[][] rows;
  private final int[] labels;
  private final float[] weights;
  private final int classes;
  private final int dimensions;
  private final double penalty;
  private final double total;

  /** By dimension, then row of the block. */
  private final float[][] turned;

  /** By class, then row of the block: scores, then the slope of the loss by them. */
  private final float[][] scores;

  private final float[] slopes;

  /**
   * @param rows at least one, of equal length
   * @param labels of the rows, below {@code classes}
   * @param weights of the rows
   */
  LogisticLoss(float[][] rows, int[] labels, float[] weights, int classes, double penalty) {
    this.rows = rows;
    this.labels = labels;
    this.weights = weights;
    this.classes = classes;
    this.dimensions = rows[0].length;
    this.penalty = penalty;
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    this.total = sum;
    this.turned = new float[dimensions][BLOCK];
    this.scores = new float[classes][BLOCK];
    this.slopes = new float[dimensions];
  }

  /** How many numbers a point has. */
  int size() {
    return classes * (dimensions + 1);
  }

  @Override
  public double at(double[] point, double[] gradient) {
    float[] model = new float[point.length];
    for (int i = 0; i < model.length; i++) {
      model[i] = (float) point[i];
    }
    Arrays.fill(gradient, 0);
    double loss = 0;
    for (int from = 0; from < rows.length; from += BLOCK) {
      int count = Math.min(BLOCK, rows.length - from);
      turn(from, count);
      score(model);
      loss += compare(from, count);
      slope(from, count, gradient);
    }
    return mean(point, gradient, loss);
  }

  private double mean(double[] point, double[] gradient, double loss) {
    double squares = 0;
    for (int i = 0; i < point.length; i++) {
      if (i % (dimensions + 1) != dimensions) {
        squares += point[i] * point[i];
        gradient[i] += penalty * point[i];
      }
      gradient[i] /= total;
    }
    return (loss + penalty / 2 * squares) / total;
  }

  private void turn(int from, int count) {
    for (int i = 0; i < count; i++) {
      float[] row = rows[from + i];
      for (int d = 0; d < dimensions; d++) {
        turned[d][i] = row[d];
      }
    }
  }

  private void score(float[] model) {
    for (int c = 0; c < classes; c++) {
      float[] out = scores[c];
      int at = c * (dimensions + 1);
      Arrays.fill(out, model[at + dimensions]);
      int d = 0;
      for (; d + 4 <= dimensions; d += 4) {
        addFour(out, turned, d, model, at + d, BLOCK);
      }
      for (; d < dimensions; d++) {
        add(out, turned[d], model[at + d], BLOCK);
      }
    }
  }

  /** Turns scores into slopes; the sum of the rows' losses. */
  private double compare(int from, int count) {
    double loss = 0;
    for (int i = 0; i < count; i++) {
      float most = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        most = Math.max(most, scores[c][i]);
      }
      int truth = labels[from + i];
      float weight = weights[from + i];
      double own = scores[truth][i] - most;
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        double share = Math.exp(scores[c][i] - most);
        scores[c][i] = (float) share;
        sum += share;
      }
      for (int c = 0; c < classes; c++) {
        scores[c][i] *= (float) (weight / sum);
      }
      scores[truth][i] -= weight;
      loss += weight * (Math.log(sum) - own);
    }
    return loss;
  }

  private void slope(int from, int count, double[] gradient) {
    for (int c = 0; c < classes; c++) {
      Arrays.fill(slopes, 0);
      float[] errors = scores[c];
      int at = c * (dimensions + 1);
      int i = 0;
      for (; i + 4 <= count; i += 4) {
        addFour(slopes, rows, from + i, errors, i, dimensions);
      }
      for (; i < count; i++) {
        add(slopes, rows[from + i], errors[i], dimensions);
      }
      for (int d = 0; d < dimensions; d++) {
        gradient[at + d] += slopes[d];
      }
      for (i = 0; i < count; i++) {
        gradient[at + dimensions] += errors[i];
      }
    }
  }

  /** Four vectors at once, since reading and writing the sums takes longer than adding to them. */
  private static void addFour(
      float[] sums, float[][] vectors, int first, float[] factors, int at, int size) {
    float[] a = vectors[first];
    float[] b = vectors[first + 1];
    float[] c = vectors[first + 2];
    float[] d = vectors[first + 3];
    float ofA = factors[at];
    float ofB = factors[at + 1];
    float ofC = factors[at + 2];
    float ofD = factors[at + 3];
    for (int i = 0; i < size; i++) {
      sums[i] += ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  private static void add(float[] sums, float[] vector, float factor, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] += factor * vector[i];
    }
  }
}
