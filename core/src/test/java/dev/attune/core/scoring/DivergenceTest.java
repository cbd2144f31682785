package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DivergenceTest {
  @Test
  void equalDistributionsAreNotApart() {
    double[] shares = {0.2, 0.3, 0.5};

    assertThat(Divergence.populationStability(shares, shares)).isZero();
    assertThat(Divergence.jensenShannon(shares, shares)).isZero();
  }

  @Test
  void followsTheFormulas() {
    double[] expected = {0.5, 0.5};
    double[] actual = {0.9, 0.1};

    assertThat(Divergence.populationStability(expected, actual))
        .isCloseTo(0.4 * Math.log(1.8) - 0.4 * Math.log(0.2), within(1e-12));
    // 1 - H(0.7, 0.3) ... by entropies: H(m) - (H(e) + H(a)) / 2
    assertThat(Divergence.jensenShannon(expected, actual))
        .isCloseTo(0.8812908992 - (1 + 0.4689955936) / 2, within(1e-9));
  }

  @Test
  void distributionsWithNothingInCommonAreAsFarApartAsCanBe() {
    double[] expected = {1, 0};
    double[] actual = {0, 1};

    assertThat(Divergence.jensenShannon(expected, actual)).isEqualTo(1);
    assertThat(Divergence.populationStability(expected, actual)).isFinite().isGreaterThan(10);
  }

  @Test
  void bothAreSymmetricAndNeverNegative() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      double[] a = shares(random);
      double[] b = shares(random);
      assertThat(Divergence.jensenShannon(a, b))
          .isBetween(0.0, 1.0)
          .isCloseTo(Divergence.jensenShannon(b, a), within(1e-12));
      assertThat(Divergence.populationStability(a, b))
          .isNotNegative()
          .isCloseTo(Divergence.populationStability(b, a), within(1e-9));
    }
  }

  private static double[] shares(Random random) {
    double[] shares = new double[5];
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      shares[i] = random.nextInt(3) == 0 ? 0 : random.nextDouble();
      sum += shares[i];
    }
    for (int i = 0; i < 5; i++) {
      shares[i] = sum == 0 ? 0.2 : shares[i] / sum;
    }
    return shares;
  }
}
