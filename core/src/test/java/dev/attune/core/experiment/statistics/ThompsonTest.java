package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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
    assertThat(bandit.weights(List.of(poor, good), true, 1)[1]).isGreaterThan(0.9);
    assertThat(bandit.weights(List.of(poor, good), false, 1)[0]).isGreaterThan(0.9);
  }

  /** P(arm 2 is best) of two normal estimates is Φ(Δ / sqrt(v₁ + v₂)). */
  @Test
  void weighsByTheProbabilityOfBeingBest() {
    double[] weights =
        new ThompsonSampling(0, 40_000)
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
