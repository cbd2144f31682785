package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ThompsonTest {
  private final ThompsonSampling bandit = ThompsonSampling.STANDARD;

  @Test
  void startsEvenAndMovesTowardsTheBetterArm() {
    ArmValue unknown = new ArmValue(0, Double.NaN, Double.NaN);
    ArmValue poor = new ArmValue(500, 0.30, 0.0004);
    ArmValue good = new ArmValue(500, 0.40, 0.0004);

    assertThat(bandit.weights(List.of(unknown, good), true, 1)).containsExactly(0.5, 0.5);
    assertThat(bandit.weights(List.of(poor, good), true, 1)[1]).isGreaterThanOrEqualTo(0.9);
    assertThat(bandit.weights(List.of(poor, good), false, 1)[0]).isGreaterThanOrEqualTo(0.9);
  }

  /** P(arm 2 is best) of two normal estimates is Φ(Δ / sqrt(v₁ + v₂)). */
  @Test
  void weighsByTheProbabilityOfBeingBest() {
    double[] weights =
        new ThompsonSampling(0, 1_000, 40_000)
            .weights(List.of(new ArmValue(50, 1, 0.5), new ArmValue(50, 1.5, 0.5)), true, 3);

    assertThat(weights[1]).isCloseTo(Effect.NORMAL.cumulativeProbability(0.5), within(0.01));
  }

  @Test
  void keepsEveryArmAliveAndSumsToOne() {
    var random = new SplittableRandom(5);
    for (int i = 0; i < 50; i++) {
      ArmValue[] arms = new ArmValue[2 + random.nextInt(4)];
      Arrays.setAll(
          arms, _ -> new ArmValue(100, random.nextGaussian(), random.nextDouble() + 0.01));

      double[] weights = bandit.weights(List.of(arms), random.nextBoolean(), i);

      assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
      assertThat(Arrays.stream(weights).min().orElse(0)).isGreaterThanOrEqualTo(0.05 - 1e-12);
    }
  }

  /** Sums are kept by weights: a bandit that moves them each hour must not make them endless. */
  @Test
  void movesInStepsSoThatTheNumberOfWeightsIsBounded() {
    var random = new SplittableRandom(4);
    Set<Double> seen = new HashSet<>();
    for (int hour = 0; hour < 24 * 90; hour++) {
      ArmValue other = new ArmValue(100, random.nextGaussian(), 0.5);
      double[] weights = bandit.weights(List.of(new ArmValue(100, 0, 0.5), other), true, hour);
      seen.add(weights[1]);

      assertThat(weights[0] + weights[1]).isCloseTo(1, within(1e-12));
      assertThat(20 * weights[1]).isCloseTo(Math.rint(20 * weights[1]), within(1e-9));
    }

    assertThat(seen).hasSizeBetween(15, 19);
  }

  /** No other weights in twentieths, each arm with its floor, are nearer to what was won. */
  @Test
  void stepsAreTheNearestToWhatWasWon() {
    ArmValue[] arms = new ArmValue[3];
    var random = new SplittableRandom(6);
    for (int i = 0; i < 200; i++) {
      Arrays.setAll(arms, _ -> new ArmValue(100, random.nextGaussian(), 1));
      double[] fine = new ThompsonSampling(0.05, 1_000_000, 500).weights(List.of(arms), true, i);
      double[] coarse = new ThompsonSampling(0.05, 20, 500).weights(List.of(arms), true, i);
      for (int arm = 0; arm < 3; arm++) {
        assertThat(coarse[arm]).isCloseTo(fine[arm], within(0.05 + 1e-5));
      }
      assertThat(error(fine, coarse)).isLessThanOrEqualTo(leastError(fine) + 1e-4);
    }
  }

  private static double error(double[] wanted, double[] had) {
    double error = 0;
    for (int i = 0; i < wanted.length; i++) {
      error += Math.abs(wanted[i] - had[i]);
    }
    return error;
  }

  /** Of all weights of three arms in twentieths. */
  private static double leastError(double[] wanted) {
    double least = Double.POSITIVE_INFINITY;
    for (int a = 1; a <= 18; a++) {
      for (int b = 1; a + b <= 19; b++) {
        double[] weights = {a / 20.0, b / 20.0, (20 - a - b) / 20.0};
        least = Math.min(least, error(wanted, weights));
      }
    }
    return least;
  }

  /** Regret: most users end up in the better arm. */
  @Test
  void sendsMostUsersToTheBetterArm() {
    var random = new SplittableRandom(8);
    Moments[] arms = {Moments.NONE, Moments.NONE};
    for (int day = 0; day < 40; day++) {
      double[] weights =
          bandit.weights(List.of(ArmValue.of(arms[0]), ArmValue.of(arms[1])), true, day);
      for (int user = 0; user < 100; user++) {
        int arm = random.nextDouble() < weights[0] ? 0 : 1;
        arms[arm] = arms[arm].add(random.nextDouble() < 0.3 + 0.1 * arm ? 1 : 0);
      }
    }

    assertThat(arms[1].users()).isGreaterThan(4 * arms[0].users());
  }
}
