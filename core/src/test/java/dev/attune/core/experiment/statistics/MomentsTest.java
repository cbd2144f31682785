package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sums whose mean is a million times their spread. */
class MomentsTest {
  private static final int USERS = 10_000;
  private static final double FAR = 1e6;

  private final double[] values = new double[USERS];
  private final double[] covariates = new double[USERS];

  MomentsTest() {
    var random = new SplittableRandom(11);
    for (int i = 0; i < USERS; i++) {
      covariates[i] = random.nextGaussian();
      values[i] = 0.6 * covariates[i] + 0.8 * random.nextGaussian();
    }
  }

  @Test
  void varianceKeepsItsDigitsFarFromZero() {
    Moments whole = sums(0, USERS);

    assertThat(ArmValue.of(whole).variance() * USERS)
        .isCloseTo(variance(values), within(1e-7 * variance(values)));
    assertThat(ArmValue.of(whole).value()).isCloseTo(FAR + mean(values), within(1e-6));
  }

  @Test
  void partsAddUpToTheWholeFarFromZero() {
    Moments parts = Moments.NONE;
    for (int from = 0; from < USERS; from += 500) {
      parts = sums(from, from + 500).plus(parts);
    }

    assertThat(parts.users()).isEqualTo(USERS);
    assertThat(ArmValue.of(parts).variance() * USERS)
        .isCloseTo(variance(values), within(1e-7 * variance(values)));
  }

  /** Beside the formula's two passes over the users; a user's weight is 1.25 to 20. */
  @Test
  void unequalWeightsKeepTheirDigitsFarFromZero() {
    WeightedMoments sums = WeightedMoments.NONE;
    double weights = 0;
    double mean = 0;
    for (int i = 0; i < USERS; i++) {
      sums = sums.add(weight(i), FAR + values[i], 1, FAR + covariates[i]);
      weights += weight(i);
      mean += weight(i) * values[i];
    }
    mean /= weights;
    double spread = 0;
    for (int i = 0; i < USERS; i++) {
      spread += Math.pow(weight(i) * (values[i] - mean), 2);
    }
    double variance = spread / (weights * weights) * USERS / (USERS - 1);

    ArmValue arm = ArmValue.of(sums);

    assertThat(arm.value()).isCloseTo(FAR + mean, within(1e-6));
    assertThat(arm.variance()).isCloseTo(variance, within(1e-7 * variance));
    assertThat(ArmValue.adjusted(sums, List.of(sums)).variance())
        .isBetween(0.5 * variance, 0.75 * variance);
  }

  private static double weight(int user) {
    return List.of(1.25, 2.0, 5.0, 20.0).get(user % 4);
  }

  @Test
  void aCovariateTakesTheSameShareOffFarFromZero() {
    Moments arm = sums(0, USERS);
    WeightedMoments all = WeightedMoments.of(arm, 1);
    double left = ArmValue.adjusted(all, List.of(all)).variance() / ArmValue.of(arm).variance();

    assertThat(left).isCloseTo(1 - 0.36, within(0.02));
  }

  private Moments sums(int from, int to) {
    Moments sums = Moments.NONE;
    for (int i = from; i < to; i++) {
      sums = sums.add(FAR + values[i], 1, FAR + covariates[i]);
    }
    return sums;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
