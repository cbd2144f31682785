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

  /** 99 % quantiles of the chi-square from its tables. */
  @Test
  void needsAsManyRowsAsTheChiSquareSays() {
    assertThat(Divergence.rowsNeeded(2, 0.1)).isCloseTo(66.35, within(0.6));
    assertThat(Divergence.rowsNeeded(10, 0.1)).isCloseTo(216.66, within(0.6));
    assertThat(Divergence.rowsNeeded(21, 0.1)).isCloseTo(375.66, within(0.6));
    assertThat(Divergence.rows(300, 600)).isCloseTo(200, within(1e-9));
    assertThat(Divergence.rows(0, 600)).isZero();
  }

  /**
   * Two samples of one population, also with bins that hold few rows: the mean is (bins - 1)/rows.
   */
  @Test
  void theIndexOfEqualPopulationsIsAChiSquareOverTheRows() {
    double[] population = {0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.04, 0.03, 0.02, 0.01};
    double rows = Divergence.rows(300, 800);
    Random random = new Random(11);
    double sum = 0;
    int above = 0;
    for (int i = 0; i < 2_000; i++) {
      double[] past = sample(population, 800, random);
      double[] now = sample(population, 300, random);
      double index = Divergence.ofSamples(past, now, rows);
      sum += index;
      above += index > 21.666 / rows ? 1 : 0;
    }

    assertThat(sum / 2_000 * rows).isBetween(8.0, 9.5);
    assertThat(above).isBetween(2, 45);
  }

  private static double[] sample(double[] population, int rows, Random random) {
    double[] shares = new double[population.length];
    for (int i = 0; i < rows; i++) {
      double chance = random.nextDouble();
      int bin = 0;
      while (bin < population.length - 1 && chance >= population[bin]) {
        chance -= population[bin++];
      }
      shares[bin] += 1.0 / rows;
    }
    return shares;
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
