package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CupedTest {
  /** Theory: the variance falls by ρ², whatever ρ is. */
  @Test
  void takesOffTheVarianceThatTheoryPromises() {
    for (double rho : new double[] {0, 0.3, 0.6, 0.9}) {
      WeightedMoments[] arms = simulate(rho, 0, 20_000, 11);

      ArmValue raw = ArmValue.of(arms[0]);
      ArmValue adjusted = ArmValue.adjusted(arms[0], List.of(arms));

      assertThat(adjusted.variance() / raw.variance())
          .as("rho %s", rho)
          .isCloseTo(1 - rho * rho, within(0.02));
    }
  }

  /** The claimed variance is the one that repeated experiments show, and the mean stays true. */
  @Test
  void claimsTheVarianceThatRepeatedExperimentsShow() {
    int repeats = 600;
    double sum = 0;
    double squares = 0;
    double claimed = 0;
    for (int i = 0; i < repeats; i++) {
      WeightedMoments[] arms = simulate(0.7, 0.5, 400, i);
      Effect effect =
          Effect.of(
              ArmValue.adjusted(arms[0], List.of(arms)), ArmValue.adjusted(arms[1], List.of(arms)));
      sum += effect.difference();
      squares += effect.difference() * effect.difference();
      claimed += effect.error() * effect.error() / repeats;
    }
    double mean = sum / repeats;
    double shown = squares / repeats - mean * mean;

    assertThat(mean).isCloseTo(0.5, within(0.01));
    assertThat(shown / claimed).isCloseTo(1, within(0.15));
  }

  @Test
  void changesNothingWithoutACovariate() {
    WeightedMoments arm = WeightedMoments.of(Moments.NONE.add(1).add(2).add(4), 1);

    assertThat(ArmValue.adjusted(arm, List.of(arm, arm))).isEqualTo(ArmValue.of(arm));
  }

  private static WeightedMoments[] simulate(double rho, double effect, int usersAnArm, int seed) {
    var random = new SplittableRandom(31L * seed + 5);
    Moments[] arms = {Moments.NONE, Moments.NONE};
    for (int i = 0; i < 2 * usersAnArm; i++) {
      double x = random.nextGaussian();
      double y = rho * x + Math.sqrt(1 - rho * rho) * random.nextGaussian();
      arms[i % 2] = arms[i % 2].add(10 + y + i % 2 * effect, 1, 3 + 2 * x);
    }
    return new WeightedMoments[] {WeightedMoments.of(arms[0], 1), WeightedMoments.of(arms[1], 1)};
  }
}
