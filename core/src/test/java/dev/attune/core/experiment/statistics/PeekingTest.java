package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Intervals that are looked at after every single user. */
class PeekingTest {
  /** 64 of 1,000: 50 expected at most, and two standard deviations (13.8) for chance. */
  private static final double ALLOWED = 0.064;

  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int TESTS = LONG ? 1_000 : 100;
  private static final int USERS = 6_000;

  private final ConfidenceSequence sequence = new ConfidenceSequence(0.05, 5_000);

  @Test
  void raisesFewFalseAlarmsOnSkewedAmounts() {
    assertThat(crossings(TESTS, PeekingTest::amount, 0))
        .isLessThanOrEqualTo((int) (ALLOWED * TESTS));
  }

  @Test
  void raisesFewFalseAlarmsOnShares() {
    assertThat(crossings(TESTS, random -> random.nextDouble() < 0.1 ? 1 : 0, 0))
        .isLessThanOrEqualTo((int) (ALLOWED * TESTS));
  }

  /** The control: with intervals made for one look the same peeking fails. */
  @Test
  void wouldRaiseManyWithIntervalsMadeForOneLook() {
    int alarms = 0;
    for (int test = 0; test < 100; test++) {
      alarms += firstAlarm(test, PeekingTest::amount, 0, e -> e.fixedP()) > 0 ? 1 : 0;
    }

    assertThat(alarms).isGreaterThan(20);
  }

  @Test
  void findsAnInjectedEffectWithTheStatedPower() {
    // the amounts' standard deviation by the log-normal's formula, e^(1/8)·sqrt(e^(1/4) − 1)
    double deviation = Math.exp(0.125) * Math.sqrt(Math.exp(0.25) - 1);
    double effect = new PowerAnalysis(sequence, 0.8).detectable(2 * deviation, USERS);

    int tests = LONG ? 1_000 : 200;
    int found = crossings(tests, PeekingTest::amount, effect);

    // 80 % at the end alone; less two standard deviations of the count
    assertThat(found).isGreaterThanOrEqualTo((int) (tests * 0.8 - 2 * Math.sqrt(tests * 0.16)));
    assertThat(crossings(tests, PeekingTest::amount, effect / 4)).isLessThan(tests / 2);
  }

  /** False alarms of the sequential sample-ratio test, and a defect of one in ten found. */
  @Test
  void checksTheSampleRatioAfterEveryUser() {
    int alarms = 0;
    int found = 0;
    for (int test = 0; test < TESTS; test++) {
      alarms += ratioAlarm(test, 0.5) ? 1 : 0;
      found += ratioAlarm(test, 0.45) ? 1 : 0;
    }

    assertThat(alarms).isLessThanOrEqualTo((int) (ALLOWED * TESTS));
    assertThat(found).isGreaterThanOrEqualTo((int) (0.95 * TESTS));
  }

  private int crossings(int tests, ToDoubleFunction<SplittableRandom> metric, double effect) {
    int crossings = 0;
    for (int test = 0; test < tests; test++) {
      crossings += firstAlarm(test, metric, effect, sequence::p) > 0 ? 1 : 0;
    }
    return crossings;
  }

  /** The number of users at the first p ≤ 0.05; 0 when there is none. */
  private static int firstAlarm(
      int seed,
      ToDoubleFunction<SplittableRandom> metric,
      double effect,
      ToDoubleFunction<Effect> p) {
    var random = new SplittableRandom(7_919L * seed + 1);
    Moments[] arms = {Moments.NONE, Moments.NONE};
    for (int user = 1; user <= USERS; user++) {
      int arm = random.nextInt(2);
      arms[arm] = arms[arm].add(metric.applyAsDouble(random) + arm * effect);
      boolean enough = Math.min(arms[0].users(), arms[1].users()) >= ConfidenceSequence.FEWEST;
      if (enough && p.applyAsDouble(effect(arms)) <= 0.05) {
        return user;
      }
    }
    return 0;
  }

  private static Effect effect(Moments[] arms) {
    return Effect.of(ArmValue.of(arms[0]), ArmValue.of(arms[1]));
  }

  private static boolean ratioAlarm(int seed, double shareOfFirst) {
    var random = new SplittableRandom(104_729L * seed + 3);
    long[] users = new long[2];
    double[] weights = {0.5, 0.5};
    for (int user = 0; user < USERS; user++) {
      users[random.nextDouble() < shareOfFirst ? 0 : 1]++;
      if (SampleRatio.p(java.util.List.of(new SampleRatio.Era(weights, users))) <= 0.05) {
        return true;
      }
    }
    return false;
  }

  /** Log-normal: many small ones, a few big. */
  private static double amount(SplittableRandom random) {
    return Math.exp(0.5 * random.nextGaussian());
  }
}
