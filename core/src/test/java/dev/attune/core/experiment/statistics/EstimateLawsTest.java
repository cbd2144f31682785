package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What holds of estimates whatever the data are. */
class EstimateLawsTest {
  private static final Offset<Double> EXACT = within(1e-9);

  /** What the covariate explains wholly is taken off wholly: y = 5 + 3x, and d = 2. */
  @Test
  void ofAMetricThatTheCovariateTellsNothingIsLeft() {
    WeightedMoments heavy = line(2, 0, 1, 2, 3);
    WeightedMoments light = line(1, 4, 8, 12, 16);
    double meanOfX = (2 * (0 + 1 + 2 + 3) + 4 + 8 + 12 + 16) / 12.0;

    for (WeightedMoments arm : List.of(heavy, light)) {
      ArmValue adjusted = ArmValue.adjusted(arm, List.of(heavy, light));

      assertThat(adjusted.users()).isEqualTo(4);
      assertThat(adjusted.value()).isCloseTo((5 + 3 * meanOfX) / 2, EXACT);
      assertThat(adjusted.variance()).isCloseTo(0, EXACT);
    }
    assertThat(ArmValue.of(light).variance()).isGreaterThan(1);
  }

  private static WeightedMoments line(double weight, double... covariates) {
    WeightedMoments arm = WeightedMoments.NONE;
    for (double x : covariates) {
      arm = arm.add(weight, 5 + 3 * x, 2, x);
    }
    return arm;
  }

  /** The variance of a mean falls as users come; the bound is that of all arms' users. */
  @Test
  void anArmVariesNoLessThanUsersOfAllArms() {
    ArmValue pooled = new ArmValue(1_000, 3, 0.002);
    ArmValue calm = new ArmValue(10, 2, 0.1);
    ArmValue wild = new ArmValue(10, 2, 0.3);
    ArmValue nobody = new ArmValue(0, Double.NaN, Double.NaN);

    assertThat(calm.varyingAtLeastAs(pooled, 1)).isEqualTo(new ArmValue(10, 2, 0.2));
    assertThat(calm.varyingAtLeastAs(pooled, 1.5).variance()).isCloseTo(0.3, EXACT);
    assertThat(wild.varyingAtLeastAs(pooled, 1)).isEqualTo(wild);
    assertThat(nobody.varyingAtLeastAs(pooled, 1)).isEqualTo(nobody);
  }

  @Test
  void aQuantileIsTheFirstTimeAtWhichTheCurveIsThatLow() {
    var random = new SplittableRandom(3);
    for (int run = 0; run < 50; run++) {
      var curve = new KaplanMeier();
      for (int i = 0; i < 30; i++) {
        double time = 1 + random.nextInt(40);
        if (random.nextInt(3) == 0) {
          curve.censored(time, 1);
        } else {
          curve.event(time, 1);
        }
      }
      for (double q : new double[] {0.1, 0.5, 0.9}) {
        double at = curve.quantile(q);
        if (Double.isNaN(at)) {
          assertThat(curve.survival(1_000)).isGreaterThan(1 - q);
        } else {
          assertThat(curve.survival(at)).isLessThanOrEqualTo(1 - q + 1e-9);
          assertThat(curve.survival(at - 0.5)).isGreaterThan(1 - q + 1e-9);
        }
      }
    }
  }

  /** 1 − 0.9 and a product of shares that is a tenth differ in the last bits. */
  @Test
  void aRoundShareIsReachedAtItsTime() {
    var curve = new KaplanMeier();
    for (int time = 1; time <= 10; time++) {
      curve.event(time, 1);
    }

    for (int time = 1; time <= 10; time++) {
      assertThat(curve.quantile(time / 10.0)).isEqualTo(time);
    }
  }

  @Test
  void aCurveOfBucketsIsTheCurveOfTheirValues() {
    var happened = new LogHistogram();
    var open = new LogHistogram();
    var plain = new KaplanMeier();
    for (double seconds : new double[] {3, 3, 60, 900}) {
      happened.add(seconds);
      plain.event(LogHistogram.value(LogHistogram.bucket(seconds)), 1);
    }
    for (double seconds : new double[] {10, 100}) {
      open.add(seconds);
      plain.censored(LogHistogram.value(LogHistogram.bucket(seconds)), 1);
    }

    KaplanMeier curve = KaplanMeier.of(happened, open);

    for (double at : new double[] {1, 5, 50, 500, 5_000}) {
      assertThat(curve.survival(at)).isEqualTo(plain.survival(at));
      assertThat(curve.restrictedMean(at)).isEqualTo(plain.restrictedMean(at));
    }
    assertThat(curve.survival(5_000)).isZero();
  }

  /** Without censoring the restricted mean is the plain one of min(T, τ), with its variance. */
  @Test
  void withoutCensoringTheRestrictedMeanIsAMean() {
    double[] times = {1, 2, 4, 8, 16};
    var curve = new KaplanMeier();
    for (double time : times) {
      curve.event(time, 1);
    }

    for (double horizon : new double[] {5, 100}) {
      double mean = 0;
      double squares = 0;
      for (double time : times) {
        mean += Math.min(time, horizon) / times.length;
        squares += Math.pow(Math.min(time, horizon), 2) / times.length;
      }
      ArmValue restricted = curve.restrictedMean(horizon);
      assertThat(restricted.value()).isCloseTo(mean, EXACT);
      // Greenwood's variance is the empirical one over n
      assertThat(restricted.variance()).isCloseTo((squares - mean * mean) / times.length, EXACT);
    }
  }

  /** An interval and its p-value say the same, and both reach equally many standard errors. */
  @Test
  void intervalsReachEquallyFarInTheirOwnErrors() {
    var sequence = new ConfidenceSequence(0.05, 10_000);
    Effect effect = Effect.of(new ArmValue(4_000, 2, 0.0004), new ArmValue(4_000, 2.1, 0.0005));
    double reach = sequence.reach(effect.users());

    assertThat(sequence.difference(effect).halfWidth()).isCloseTo(reach * effect.error(), EXACT);
    assertThat(sequence.lift(effect).halfWidth()).isCloseTo(reach * effect.liftError(), EXACT);
    assertThat(sequence.p(effect) < 0.05).isEqualTo(sequence.difference(effect).excludesZero());
  }

  @Test
  void aDifferenceWithoutAnErrorProvesNothing() {
    Effect effect = Effect.of(new ArmValue(500, 1, 0), new ArmValue(500, 2, 0));

    assertThat(new ConfidenceSequence(0.05, 1).p(effect)).isEqualTo(1);
  }

  @Test
  void aSequenceMayFailAtTimesAndIsPlannedForSomebody() {
    assertThatCode(() -> new ConfidenceSequence(0.05, 1)).doesNotThrowAnyException();
    for (double alpha : new double[] {0, 1, Double.NaN}) {
      assertThatThrownBy(() -> new ConfidenceSequence(alpha, 1)).hasMessageContaining("alpha");
    }
    assertThatThrownBy(() -> new ConfidenceSequence(0.05, 0)).hasMessageContaining("planned");
  }

  @Test
  void anArmOfOneUserHasNoEstimateYet() {
    ArmValue one = new ArmValue(1, 0.9, 0.1);
    ArmValue many = new ArmValue(500, 0.1, 0.0001);

    assertThat(ThompsonSampling.STANDARD.weights(List.of(one, many), true, 1))
        .containsExactly(0.5, 0.5);
  }

  @Test
  void whereTheFloorIsMoreThanThereIsEveryArmGetsTheSame() {
    List<ArmValue> arms = Collections.nCopies(30, new ArmValue(500, 0.1, 0.0001));

    for (double weight : ThompsonSampling.STANDARD.weights(arms, true, 1)) {
      assertThat(weight).isCloseTo(1 / 30.0, EXACT);
    }
  }

  @Test
  void aBanditHasAFloorBelowAHalfAndDrawsAtLeastOnce() {
    assertThatCode(() -> new ThompsonSampling(0, 1, 1)).doesNotThrowAnyException();
    assertThatThrownBy(() -> new ThompsonSampling(0.5, 1, 1)).hasMessageContaining("floor");
    assertThatThrownBy(() -> new ThompsonSampling(-0.1, 1, 1)).hasMessageContaining("floor");
    assertThatThrownBy(() -> new ThompsonSampling(0.1, 1, 0)).hasMessageContaining("draw");
    assertThatThrownBy(() -> new ThompsonSampling(0.1, 0, 1)).hasMessageContaining("step");
  }
}
