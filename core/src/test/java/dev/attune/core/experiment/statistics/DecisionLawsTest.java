package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Effects, their intervals, what finds them, and corrections, each against its definition. */
class DecisionLawsTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final ConfidenceSequence SEQUENCE = new ConfidenceSequence(0.05, 5_000);

  @Test
  void anIntervalHasBothItsEnds() {
    var interval = new Interval(1, 4);

    assertThat(interval.contains(1)).isTrue();
    assertThat(interval.contains(4)).isTrue();
    assertThat(interval.contains(0.99)).isFalse();
    assertThat(interval.contains(4.01)).isFalse();
    assertThat(interval.halfWidth()).isEqualTo(1.5);
    assertThat(Interval.around(2.5, 1.5)).isEqualTo(interval);
  }

  @Test
  void anIntervalExcludesZeroOnlyFromOneSide() {
    assertThat(new Interval(0.1, 1).excludesZero()).isTrue();
    assertThat(new Interval(-1, -0.1).excludesZero()).isTrue();
    assertThat(new Interval(0, 1).excludesZero()).isFalse();
    assertThat(new Interval(-1, 0).excludesZero()).isFalse();
    assertThat(new Interval(-1, 1).excludesZero()).isFalse();
  }

  @Test
  void theSmallArmSetsHowMuchIsKnown() {
    assertThat(effect(arm(2, 1, 1), arm(98, 1, 1)).users()).isCloseTo(7.84, EXACT);
    assertThat(effect(arm(50, 1, 1), arm(50, 1, 1)).users()).isCloseTo(100, EXACT);
  }

  /** Of two sources of noise each alone gives its part, and squares add up. */
  @Test
  void errorsOfDifferenceAndLiftAddUpAsSquares() {
    ArmValue control = arm(100, 4, 0.09);
    ArmValue treatment = arm(100, 6, 0.16);
    Effect both = effect(control, treatment);
    double ofTreatment = effect(arm(100, 4, 0), treatment).liftError();
    double ofControl = effect(control, arm(100, 6, 0)).liftError();

    assertThat(both.difference()).isEqualTo(2);
    assertThat(both.lift()).isEqualTo(0.5);
    assertThat(both.error()).isCloseTo(0.5, EXACT);
    assertThat(both.z()).isCloseTo(4, EXACT);
    assertThat(ofTreatment).isCloseTo(0.4 / 4, EXACT);
    assertThat(ofControl).isCloseTo(0.3 * 6 / 16, EXACT);
    assertThat(both.liftError()).isCloseTo(Math.hypot(ofTreatment, ofControl), EXACT);
  }

  @Test
  void aLiftDoesNotDependOnTheUnit() {
    Effect seconds = effect(arm(100, 4, 0.09), arm(100, 6, 0.16));
    Effect minutes = effect(arm(100, 4 / 60.0, 0.09 / 3_600), arm(100, 0.1, 0.16 / 3_600));

    assertThat(minutes.lift()).isCloseTo(seconds.lift(), EXACT);
    assertThat(minutes.liftError()).isCloseTo(seconds.liftError(), EXACT);
    assertThat(minutes.fixedP()).isCloseTo(seconds.fixedP(), EXACT);
  }

  @Test
  void withoutAnErrorOneLookIsSure() {
    assertThat(effect(arm(9, 1, 0), arm(9, 1, 0)).fixedP()).isEqualTo(1);
    assertThat(effect(arm(9, 1, 0), arm(9, 2, 0)).fixedP()).isZero();
    assertThat(effect(arm(9, 1, 0), arm(9, 1, 0.1)).fixedP()).isEqualTo(1);
  }

  /** Half of the experiments find what is as large as the interval is wide. */
  @Test
  void withEvenChancesTheHalfWidthIsDetected() {
    Effect effect = effect(arm(900, 4, 0.01), arm(900, 4.1, 0.02));
    double halfWidth = SEQUENCE.difference(effect).halfWidth();

    assertThat(new PowerAnalysis(SEQUENCE, 0.5).detectable(effect)).isCloseTo(halfWidth, EXACT);
    assertThat(new PowerAnalysis(SEQUENCE, 0.975).detectable(effect))
        .isCloseTo(halfWidth + 1.959963984540054 * effect.error(), EXACT);
  }

  @Test
  void theUsersForADifferenceAreTheFewestThatDetectIt() {
    var planning = new PowerAnalysis(SEQUENCE, 0.8);
    for (double difference : new double[] {0.05, 0.4, 3}) {
      long users = planning.usersFor(difference, 2);

      assertThat(planning.detectable(2, users)).isLessThanOrEqualTo(difference);
      assertThat(planning.detectable(2, users - 1)).isGreaterThan(difference);
      assertThat(planning.usersFor(-difference, 2)).isEqualTo(users);
    }
    assertThat(planning.usersFor(1e9, 2)).isEqualTo(1);
    assertThat(planning.usersFor(1e-9, 2)).isEqualTo(Long.MAX_VALUE);
    assertThat(planning.usersFor(Double.NaN, 2)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void daysToGoAreTheMissingUsersAtThePresentRate() {
    var planning = new PowerAnalysis(SEQUENCE, 0.8);
    Effect effect = effect(arm(400, 4, 0.01), arm(400, 4.1, 0.01));
    double spread = effect.error() * Math.sqrt(800);
    double missing = planning.usersFor(0.1, spread) - 800;

    assertThat(missing).isPositive();
    assertThat(planning.daysToGo(effect, 0.1, 50)).isCloseTo(missing / 50, EXACT);
    assertThat(planning.daysToGo(effect, 0.1, 100)).isCloseTo(missing / 100, EXACT);
    assertThat(planning.daysToGo(effect, 5, 50)).isZero();
    assertThat(planning.daysToGo(effect, 0, 50)).isInfinite();
    assertThat(planning.daysToGo(effect, 0.1, 0)).isInfinite();
    assertThat(planning.daysToGo(effect, 0.1, Double.NaN)).isInfinite();
  }

  /** Holm: while the smallest p left is at most α over how many are left, it is rejected. */
  @Test
  void holmsValuesAreBelowAlphaForWhatItsProcedureRejects() {
    var random = new SplittableRandom(2);
    for (int run = 0; run < 200; run++) {
      double[] p = some(random);
      double[] corrected = MultipleTesting.holm(p);
      double alpha = random.nextDouble();
      double[] sorted = p.clone();
      Arrays.sort(sorted);
      int rejected = 0;
      while (rejected < p.length && sorted[rejected] <= alpha / (p.length - rejected)) {
        rejected++;
      }
      assertRejects(p, corrected, alpha, rejected == 0 ? -1 : sorted[rejected - 1]);
    }
  }

  /** Benjamini and Hochberg: the largest rank whose p is at most its share of α, and all below. */
  @Test
  void falseDiscoveryRatesAreBelowAlphaForWhatTheProcedureRejects() {
    var random = new SplittableRandom(3);
    for (int run = 0; run < 200; run++) {
      double[] p = some(random);
      double[] corrected = MultipleTesting.benjaminiHochberg(p);
      double alpha = random.nextDouble();
      double[] sorted = p.clone();
      Arrays.sort(sorted);
      double largest = -1;
      for (int rank = 1; rank <= p.length; rank++) {
        largest = sorted[rank - 1] <= alpha * rank / p.length ? sorted[rank - 1] : largest;
      }
      assertRejects(p, corrected, alpha, largest);
    }
  }

  private static double[] some(SplittableRandom random) {
    double[] p = new double[1 + random.nextInt(6)];
    Arrays.setAll(p, _ -> Math.pow(random.nextDouble(), 2));
    return p;
  }

  private static void assertRejects(double[] p, double[] corrected, double alpha, double largest) {
    for (int i = 0; i < p.length; i++) {
      assertThat(corrected[i] <= alpha).isEqualTo(p[i] <= largest);
      assertThat(corrected[i]).isBetween(p[i] - 1e-12, 1.0);
    }
  }

  /** Drawn one after another, each arm's chance is what a Pólya urn of the weights gives it. */
  @Test
  void theOddsOfSizesAreThoseOfAnUrn() {
    double[] weights = {0.5, 0.3, 0.2};
    long[] users = {40, 12, 30};

    for (double concentration : new double[] {100, 2_500}) {
      double odds = 0;
      long drawn = 0;
      for (int arm = 0; arm < users.length; arm++) {
        for (long before = 0; before < users[arm]; before++) {
          double chance = (concentration * weights[arm] + before) / (concentration + drawn++);
          odds += Math.log(chance / weights[arm]);
        }
      }
      assertThat(SampleRatio.logOdds(new SampleRatio.Era(weights, users), concentration))
          .isCloseTo(odds, EXACT);
    }
  }

  @Test
  void erasMultiplyAndAlternativesMix() {
    var first = new SampleRatio.Era(new double[] {0.5, 0.5}, new long[] {900, 700});
    var second = new SampleRatio.Era(new double[] {0.8, 0.2}, new long[] {400, 130});
    double narrow = SampleRatio.logOdds(first, 2_500) + SampleRatio.logOdds(second, 2_500);
    double wide = SampleRatio.logOdds(first, 100) + SampleRatio.logOdds(second, 100);
    double factors = 0;
    for (double factor : new double[] {0.01, 0.02, 0.04, 0.08, 0.16, 0.4}) {
      for (double log : new double[] {factor, -factor}) {
        double f = Math.exp(log);
        factors += Math.pow(f, 1_300) / Math.pow((1 + f) / 2, 1_600) / Math.pow(0.2 + 0.8 * f, 530);
        factors += Math.pow(f, 830) / Math.pow((1 + f) / 2, 1_600) / Math.pow(0.8 + 0.2 * f, 530);
      }
    }
    factors /= 24;

    assertThat(SampleRatio.p(List.of(first, second)))
        .isLessThan(0.01)
        .isCloseTo(
            1 / (0.45 * Math.exp(narrow) + 0.05 * Math.exp(wide) + 0.5 * factors), within(1e-12));
  }

  @Test
  void nobodyCanGetIntoAnArmWithoutWeight() {
    double[] weights = {1, 0};

    assertThat(SampleRatio.p(List.of(new SampleRatio.Era(weights, new long[] {50, 1})))).isZero();
    assertThat(SampleRatio.p(List.of(new SampleRatio.Era(weights, new long[] {50, 0}))))
        .isCloseTo(1, EXACT);
    assertThat(SampleRatio.p(List.of())).isEqualTo(1);
  }

  @Test
  void anEraHasAWeightForEachArm() {
    assertThatThrownBy(() -> new SampleRatio.Era(new double[] {1}, new long[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SampleRatio.Era(new double[0], new long[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Var(R) = Σ g²(y − R·d)² / (Σ g·d)² · n / (n − 1), from each user. */
  @Test
  void aWeightedRatioVariesAsItsUsersDo() {
    double[][] users = {{1, 2, 1}, {4, 3, 1}, {2, 7, 2}, {1, 0, 1}, {3, 4, 3}};
    WeightedMoments sums = WeightedMoments.NONE;
    double y = 0;
    double d = 0;
    double g = 0;
    double squares = 0;
    for (double[] user : users) {
      sums = sums.add(user[0], user[1], user[2], 0);
      y += user[0] * user[1];
      d += user[0] * user[2];
      g += user[0];
      squares += user[0] * user[0];
    }
    double variance = 0;
    for (double[] user : users) {
      variance += Math.pow(user[0] * (user[1] - y / d * user[2]), 2) / (d * d) * 5 / 4;
    }

    assertThat(ArmValue.of(sums).value()).isCloseTo(y / d, EXACT);
    assertThat(ArmValue.of(sums).variance()).isCloseTo(variance, EXACT);
    assertThat(sums.users()).isEqualTo(5);
    assertThat(sums.unevenness()).isCloseTo(5 * squares / (g * g), EXACT);
    assertThat(WeightedMoments.NONE.unevenness()).isEqualTo(1);
    assertThat(ArmValue.of(WeightedMoments.NONE.add(2, 3, 1, 0)).variance()).isZero();
  }

  private static ArmValue arm(long users, double value, double variance) {
    return new ArmValue(users, value, variance);
  }

  private static Effect effect(ArmValue control, ArmValue treatment) {
    return Effect.of(control, treatment);
  }
}
