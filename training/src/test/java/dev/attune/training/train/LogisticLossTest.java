package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogisticLossTest {
  private final Random random = new Random(5);

  private float[][] rows(int count, int dimensions) {
    float[][] rows = new float[count][dimensions];
    for (float[] row : rows) {
      for (int d = 0; d < dimensions; d++) {
        row[d] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static double[] least(LogisticLoss loss) {
    return Lbfgs.minimize(loss, new double[loss.size()], 1e-7, 1_000);
  }

  /** By the definition, in the simplest way. */
  private static double loss(
      float[][] rows, int[] labels, float[] weights, int classes, double penalty, double[] point) {
    int dimensions = rows[0].length;
    double sum = 0;
    double total = 0;
    for (int i = 0; i < rows.length; i++) {
      double[] scores = new double[classes];
      double shares = 0;
      for (int c = 0; c < classes; c++) {
        scores[c] = point[c * (dimensions + 1) + dimensions];
        for (int d = 0; d < dimensions; d++) {
          scores[c] += point[c * (dimensions + 1) + d] * rows[i][d];
        }
        shares += Math.exp(scores[c]);
      }
      sum += weights[i] * (Math.log(shares) - scores[labels[i]]);
      total += weights[i];
    }
    for (int c = 0; c < classes; c++) {
      for (int d = 0; d < dimensions; d++) {
        double w = point[c * (dimensions + 1) + d];
        sum += penalty / 2 * w * w;
      }
    }
    return sum / total;
  }

  /** Rows and dimensions that fill no block and no four. */
  @ParameterizedTest
  @CsvSource({"1, 1, 2", "3, 5, 2", "128, 4, 3", "301, 7, 5", "131, 10, 40"})
  void valueAndSlopeAreThoseOfTheDefinition(int count, int dimensions, int classes) {
    float[][] rows = rows(count, dimensions);
    int[] labels = random.ints(count, 0, classes).toArray();
    float[] weights = ones(count);
    for (int i = 0; i < count; i++) {
      weights[i] = 0.5f + random.nextFloat();
    }
    var loss = new LogisticLoss(rows, labels, weights, classes, 0.7);
    double[] point = random.doubles(loss.size(), -1, 1).toArray();
    double[] gradient = new double[point.length];

    double value = loss.at(point, gradient);

    assertThat(value).isCloseTo(loss(rows, labels, weights, classes, 0.7, point), within(1e-5));
    for (int i = 0; i < point.length; i++) {
      double[] up = point.clone();
      double[] down = point.clone();
      up[i] += 1e-4;
      down[i] -= 1e-4;
      double slope =
          (loss(rows, labels, weights, classes, 0.7, up)
                  - loss(rows, labels, weights, classes, 0.7, down))
              / 2e-4;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-5));
    }
  }

  /** A model that can give each group its own shares is best with those that the group has. */
  @Test
  void probabilitiesAreTheWeightedSharesWhereAGroupHasItsOwnWeights() {
    float[][] rows = new float[600][];
    int[] labels = new int[rows.length];
    float[] weights = new float[rows.length];
    double[][] sums = new double[3][4];
    for (int i = 0; i < rows.length; i++) {
      int group = i % 3;
      rows[i] = new float[] {group == 1 ? 1 : 0, group == 2 ? 1 : 0};
      labels[i] = Math.min(random.nextInt(4), random.nextInt(4 - group));
      weights[i] = 1 + labels[i] / 2f;
      sums[group][labels[i]] += weights[i];
    }

    double[] point = least(new LogisticLoss(rows, labels, weights, 4, 0));

    for (int group = 0; group < 3; group++) {
      double[] shares = new double[4];
      for (int c = 0; c < 4; c++) {
        shares[c] = Math.exp(point[c * 3 + 2] + (group == 0 ? 0 : point[c * 3 + group - 1]));
      }
      double all = Arrays.stream(shares).sum();
      double told = Arrays.stream(sums[group]).sum();
      for (int c = 0; c < 4; c++) {
        assertThat(shares[c] / all).isCloseTo(sums[group][c] / told, within(1e-3));
      }
    }
  }

  /**
   * Two classes, one number that is 1 with the second and −1 with the first: by symmetry there is
   * no bias and both weights are w and −w, with {@code 2w · penalty = 2 · rows · share(−2w)}.
   */
  @Test
  void thePenaltyHoldsBackAsMuchAsItShould() {
    float[][] rows = new float[10][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 2;
      rows[i] = new float[] {2 * labels[i] - 1};
    }
    double penalty = 3;
    double low = 0;
    double high = 10;
    for (int i = 0; i < 60; i++) {
      double w = (low + high) / 2;
      if (w * penalty > rows.length / (1 + Math.exp(2 * w))) {
        high = w;
      } else {
        low = w;
      }
    }

    double[] point = least(new LogisticLoss(rows, labels, ones(rows.length), 2, penalty));

    assertThat(point[2]).isCloseTo(low, within(1e-4));
    assertThat(point[0]).isCloseTo(-low, within(1e-4));
    assertThat(point[3] - point[1]).isCloseTo(0, within(1e-4));
  }

  /** Where XGBoost's linear booster diverged: many labels, numbers that hang together. */
  @Test
  void manyClassesOfUnequalSizeAreFitted() {
    int classes = 40;
    float[][] centres = rows(classes, 48);
    float[][] rows = new float[4_000][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = (int) (classes * Math.pow(random.nextDouble(), 2));
      rows[i] = new float[48];
      double square = 0;
      for (int d = 0; d < 48; d++) {
        rows[i][d] = (float) (3 + centres[labels[i]][d] + random.nextGaussian());
        square += rows[i][d] * rows[i][d];
      }
      for (int d = 0; d < 48; d++) {
        rows[i][d] /= (float) Math.sqrt(square);
      }
    }
    var loss = new LogisticLoss(rows, labels, ones(rows.length), classes, 0.1);

    double[] point = Lbfgs.minimize(loss, new double[loss.size()], 1e-6, 300);

    double[] gradient = new double[point.length];
    assertThat(loss.at(point, gradient)).isLessThan(0.4);
    assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isLessThan(1e-5);
  }
}
