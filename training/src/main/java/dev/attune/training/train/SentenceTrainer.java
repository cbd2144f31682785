package dev.attune.training.train;

import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceModel;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits a {@link SentenceModel}: multinomial logistic regression with an L2 penalty, by {@link
 * Lbfgs}. The same messages give the same weights each time. Rows without a message are left out.
 * One instance serves all folds and threads.
 */
final class SentenceTrainer {
  static final String FILE = "sentence.weights";

  /** Rows count 1 each beside it, so that the penalty of few rows suits many, too. */
  static final double PENALTY = 1;

  /** From strong to weak; the numbers have length 1, so that weights of some size are needed. */
  private static final double[] PENALTIES = {30, 10, 3, 1, 0.3, 0.1, 0.03};

  /** Of the mean loss, whose slope by one of the many small numbers is small from the start. */
  private static final double TOLERANCE = 1e-6;

  private static final int MOST_STEPS = 300;

  private final float[] @Nullable [] numbers;
  private final int[] labels;
  private final int dimensions;
  private final int classes;
  private final float @Nullable [] weights;

  /**
   * @param labels of the examples, as indices
   * @param weights of the labels' rows; null: all weigh alike
   */
  SentenceTrainer(
      List<Example> examples,
      int[] labels,
      int classes,
      SentenceEncoder encoder,
      float @Nullable [] weights) {
    this.labels = labels;
    this.dimensions = encoder.dimensions();
    this.classes = classes;
    this.weights = weights;
    this.numbers = new float[examples.size()] @Nullable [];
    for (int i = 0; i < numbers.length; i++) {
      String message = examples.get(i).row().message();
      numbers[i] = message == null ? null : encoder.encode(message);
    }
  }

  /** Learns from those of the given rows that have a message. */
  SentenceModel train(int[] rows, double penalty) {
    int[] used = withMessage(rows);
    if (used.length == 0) {
      return new SentenceModel(new float[classes], new float[classes * dimensions]);
    }
    LogisticLoss loss = loss(used, penalty);
    return model(fit(loss, new double[loss.size()]));
  }

  /**
   * The penalty with the least loss on newer rows. Each weaker one begins where the one before it
   * ended, and the search ends once the loss rises.
   */
  double penalty(int[] older, int[] newer) {
    int[] learned = withMessage(older);
    int[] judged = withMessage(newer);
    if (learned.length == 0 || judged.length == 0) {
      return PENALTY;
    }
    LogisticLoss judge = loss(judged, 0);
    double[] point = new double[judge.size()];
    double best = PENALTY;
    double least = Double.POSITIVE_INFINITY;
    for (double penalty : PENALTIES) {
      point = fit(loss(learned, penalty), point);
      double loss = judge.at(point, new double[point.length]);
      if (loss >= least) {
        break;
      }
      least = loss;
      best = penalty;
    }
    return best;
  }

  private static double[] fit(LogisticLoss loss, double[] start) {
    return Lbfgs.minimize(loss, start, TOLERANCE, MOST_STEPS);
  }

  private int[] withMessage(int[] rows) {
    return IntStream.of(rows).filter(row -> numbers[row] != null).toArray();
  }

  private LogisticLoss loss(int[] rows, double penalty) {
    float[][] read = new float[rows.length][];
    int[] truths = new int[rows.length];
    float[] ofRows = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      read[i] = Objects.requireNonNull(numbers[rows[i]]);
      truths[i] = labels[rows[i]];
      ofRows[i] = weights == null ? 1 : weights[truths[i]];
    }
    return new LogisticLoss(read, truths, ofRows, classes, penalty);
  }

  private SentenceModel model(double[] point) {
    float[] byClass = new float[classes * dimensions];
    float[] bias = new float[classes];
    for (int c = 0; c < classes; c++) {
      int at = c * (dimensions + 1);
      bias[c] = (float) point[at + dimensions];
      for (int d = 0; d < dimensions; d++) {
        byClass[c * dimensions + d] = (float) point[at + d];
      }
    }
    return new SentenceModel(bias, byClass);
  }
}
