package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Known results of published data, from the figures that the sources print. */
class PublishedResultsTest {
  /**
   * The Physicians' Health Study: heart attacks among 11,034 doctors on placebo and 11,037 on
   * aspirin. Results: Agresti, "An Introduction to Categorical Data Analysis" (2nd ed., 2007),
   * sections 2.2 and 2.2.3: difference 0.0077 with interval (0.005, 0.011), relative risk 1.82.
   */
  @Test
  void reproducesThePhysiciansHealthStudy() {
    ArmValue aspirin = share(104, 11_037);
    ArmValue placebo = share(189, 11_034);

    Effect effect = Effect.of(aspirin, placebo);

    assertThat(effect.difference()).isCloseTo(0.0077, within(5e-5));
    assertThat(effect.error()).isCloseTo(0.0015, within(5e-5));
    assertThat(effect.fixed(0.05).low()).isCloseTo(0.005, within(5e-4));
    assertThat(effect.fixed(0.05).high()).isCloseTo(0.011, within(5e-4));
    assertThat(effect.lift() + 1).isCloseTo(1.82, within(5e-3));
  }

  /**
   * Two soporific drugs, ten patients each (Student, Biometrika 1908; Cushny, Peebles 1905).
   * Result: Welch's t of R's {@code t.test(extra ~ group, data = sleep)}: t = -1.8608, means 0.75
   * and 2.33.
   */
  @Test
  void reproducesStudentsSleepData() {
    double[] first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    double[] second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

    Effect effect = Effect.of(mean(second), mean(first));

    assertThat(effect.treatment().value()).isCloseTo(0.75, within(1e-9));
    assertThat(effect.control().value()).isCloseTo(2.33, within(1e-9));
    assertThat(effect.z()).isCloseTo(-1.8608, within(5e-5));
  }

  /**
   * Weeks in remission of 21 leukemia patients on 6-MP (Freireich et al., Blood 1963), twelve of
   * them censored. Result: the Kaplan–Meier table of Kleinbaum, Klein, "Survival Analysis", table
   * 2.1 of chapter 2.
   */
  @Test
  void reproducesFreireichsRemissionTimes() {
    KaplanMeier curve = new KaplanMeier();
    for (double week : new double[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
      curve.event(week, 1);
    }
    for (double week : new double[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
      curve.censored(week, 1);
    }

    double[][] table = {
      {6, 0.8571}, {7, 0.8067}, {10, 0.7529}, {13, 0.6902}, {16, 0.6275}, {22, 0.5378}, {23, 0.4482}
    };
    for (double[] row : table) {
      assertThat(curve.survival(row[0])).as("week %s", row[0]).isCloseTo(row[1], within(5e-5));
    }
  }

  /**
   * Fifteen hypotheses of a trial of thrombolysis (Neuhaus et al. 1992). Result: Benjamini,
   * Hochberg (J. R. Statist. Soc. B 1995), section 3.2: at 0.05 their procedure rejects four,
   * Bonferroni's and Holm's kind three.
   */
  @Test
  void reproducesBenjaminiAndHochbergsExample() {
    double[] p = {
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
      0.5719, 0.6528, 0.7590, 1.0000
    };

    assertThat(significant(MultipleTesting.benjaminiHochberg(p))).isEqualTo(4);
    assertThat(significant(MultipleTesting.holm(p))).isEqualTo(3);
    assertThat(MultipleTesting.benjaminiHochberg(p)[3]).isCloseTo(15 * 0.0095 / 4, within(1e-12));
    assertThat(MultipleTesting.holm(p)[2]).isCloseTo(13 * 0.0019, within(1e-12));
  }

  private static long significant(double[] p) {
    return Arrays.stream(p).filter(q -> q <= 0.05).count();
  }

  private static ArmValue share(long happened, long users) {
    return ArmValue.of(
        Moments.ofRaw(
            users,
            new Moments.Sums(happened, users, 0),
            new Moments.Products(happened, users, 0, happened, 0, 0)));
  }

  private static ArmValue mean(double[] values) {
    Moments sums = Moments.NONE;
    for (double value : values) {
      sums = sums.add(value);
    }
    return ArmValue.of(sums);
  }
}
