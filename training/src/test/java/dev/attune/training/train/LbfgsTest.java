package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Functions whose minimum is known. */
class LbfgsTest {
  private int looks;

  /** {@code Σ curvature · (x − i)² / 2}, with curvatures from 1 to 10,000. */
  private double bowl(double[] x, double[] gradient) {
    looks++;
    double value = 0;
    for (int i = 0; i < x.length; i++) {
      double curvature = Math.pow(10, 4.0 * i / (x.length - 1));
      gradient[i] = curvature * (x[i] - i);
      value += curvature * (x[i] - i) * (x[i] - i) / 2;
    }
    return value;
  }

  /** Rosenbrock's: a bent valley to (1, 1). */
  private static double valley(double[] x, double[] gradient) {
    double across = x[1] - x[0] * x[0];
    gradient[0] = -400 * x[0] * across - 2 * (1 - x[0]);
    gradient[1] = 200 * across;
    return 100 * across * across + (1 - x[0]) * (1 - x[0]);
  }

  /** Steep on one side, almost flat on the other; least at ln 1000. */
  private static double cliff(double[] x, double[] gradient) {
    gradient[0] = Math.exp(x[0]) - 1_000;
    return Math.exp(x[0]) - 1_000 * x[0];
  }

  @Test
  void findsTheBottomOfALongBowl() {
    double[] found = Lbfgs.minimize(this::bowl, new double[20], 1e-8, 1_000);

    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(i, within(1e-7));
    }
    assertThat(looks).isLessThan(1_000);
  }

  @Test
  void followsABentValley() {
    double[] found = Lbfgs.minimize(LbfgsTest::valley, new double[] {-1.2, 1}, 1e-9, 200);

    assertThat(found[0]).isCloseTo(1, within(1e-7));
    assertThat(found[1]).isCloseTo(1, within(1e-7));
  }

  @Test
  void comesBackFromAStepThatIsTooLong() {
    double[] found = Lbfgs.minimize(LbfgsTest::cliff, new double[] {-5}, 1e-7, 100);

    assertThat(found[0]).isCloseTo(Math.log(1_000), within(1e-9));
  }

  @Test
  void staysAtTheBottomAndLeavesTheStartAlone() {
    double[] start = {0, 1, 2, 3};

    double[] found = Lbfgs.minimize(this::bowl, start, 1e-8, 100);

    assertThat(found).containsExactly(0, 1, 2, 3);
    assertThat(looks).isEqualTo(1);
    double[] from = {9, 9};
    assertThat(Lbfgs.minimize(this::bowl, from, 1e-8, 100)).isNotEqualTo(from);
    assertThat(from).containsExactly(9, 9);
  }

  @Test
  void endsAfterSoManySteps() {
    double[] once = Lbfgs.minimize(LbfgsTest::valley, new double[] {-1.2, 1}, 1e-9, 1);
    double[] twice = Lbfgs.minimize(LbfgsTest::valley, new double[] {-1.2, 1}, 1e-9, 2);

    assertThat(once).isNotEqualTo(twice);
    assertThat(valley(once, new double[2]))
        .isLessThan(valley(new double[] {-1.2, 1}, new double[2]));
    assertThat(valley(twice, new double[2])).isLessThan(valley(once, new double[2]));
  }

  @Test
  void aFunctionWithoutABottomEnds() {
    double[] found =
        Lbfgs.minimize(
            (x, gradient) -> {
              gradient[0] = 1;
              return x[0];
            },
            new double[1],
            1e-9,
            50);

    assertThat(Double.isNaN(found[0])).isFalse();
  }

  @Test
  void theSameFunctionGivesTheSameBits() {
    double[] one = Lbfgs.minimize(this::bowl, new double[20], 1e-3, 60);
    double[] two = Lbfgs.minimize(this::bowl, new double[20], 1e-3, 60);

    assertThat(one).isEqualTo(two);
  }
}
