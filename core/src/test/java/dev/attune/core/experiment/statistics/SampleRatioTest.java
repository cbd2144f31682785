package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The check of the arms' sizes, looked at after each percent more users. */
class SampleRatioTest {
  private static final double ALPHA = 0.001;
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 100;
  private static final int USERS = LONG ? 150_000 : 60_000;

  /** Fabijan et al., "Diagnosing Sample Ratio Mismatch" (KDD 2019): chi-square p = 1.8e-6. */
  @Test
  void findsAPublishedMismatch() {
    assertThat(p(821_588, 815_482, 0.5)).isLessThan(ALPHA);
  }

  @Test
  void staysSilentOnSizesThatChanceExplains() {
    assertThat(p(44_700, 45_489, 0.5)).isGreaterThan(0.05);
    assertThat(p(0, 0, 0.5)).isCloseTo(1, within(1e-9));
    assertThat(p(1_990, 98_010, 0.02)).isGreaterThan(0.5);
  }

  @Test
  void findsAPointOfAHundredBy46000Users() {
    assertThat(median(0.49)).isLessThanOrEqualTo(46_000);
  }

  @Test
  void findsGrossFaultsAfterSomeHundredUsers() {
    assertThat(median(0.3)).isLessThanOrEqualTo(200);
    assertThat(median(0.45)).isLessThanOrEqualTo(3_000);
  }

  @Test
  void raisesNoFalseAlarms() {
    for (double weight : new double[] {0.5, 0.1, 0.02}) {
      long alarms = Arrays.stream(alarms(weight, weight)).filter(at -> at <= USERS).count();
      assertThat(alarms).as("first arm's weight %s", weight).isLessThanOrEqualTo(1);
    }
  }

  /** A bandit's hours: each has weights of its own, and too few users to show anything alone. */
  @Test
  void findsWhatIsLostThoughTheWeightsChangeEachHour() {
    assertThat(hoursUntilAlarm(0.9)).as("a tenth of an arm is lost").isLessThanOrEqualTo(28 * 24);
  }

  @Test
  void raisesNoFalseAlarmsThoughTheWeightsChangeEachHour() {
    long alarms =
        IntStream.range(0, LONG ? 2_500 : RUNS / 5)
            .map(run -> hoursUntilAlarm(new SplittableRandom(run * 7_919L + 13), 1))
            .filter(hour -> hour < Integer.MAX_VALUE)
            .count();

    // 2.5 of 2,500 are the most that are expected; more than seven would be chance once in 250
    // times
    assertThat(alarms).isLessThanOrEqualTo(LONG ? 7 : 1);
  }

  /** The median of all runs, of at most 28 days with 60 users an hour. */
  private static int hoursUntilAlarm(double kept) {
    int[] hours = new int[RUNS / 5];
    for (int run = 0; run < hours.length; run++) {
      hours[run] = hoursUntilAlarm(new SplittableRandom(run * 7_919L + 11), kept);
    }
    Arrays.sort(hours);
    return hours[hours.length / 2];
  }

  private static int hoursUntilAlarm(SplittableRandom random, double kept) {
    List<SampleRatio.Era> eras = new ArrayList<>();
    for (int hour = 1; hour <= 28 * 24; hour++) {
      double weight = 0.05 + 0.9 * random.nextDouble();
      long[] users = new long[2];
      for (int user = 0; user < 60; user++) {
        boolean isFirst = random.nextDouble() < weight;
        if (!isFirst || random.nextDouble() < kept) {
          users[isFirst ? 0 : 1]++;
        }
      }
      eras.add(new SampleRatio.Era(new double[] {weight, 1 - weight}, users));
      if (hour % 6 == 0 && SampleRatio.p(eras) <= ALPHA) {
        return hour;
      }
    }
    return Integer.MAX_VALUE;
  }

  private static double median(double share) {
    double[] alarms = alarms(0.5, share);
    Arrays.sort(alarms);
    return alarms[RUNS / 2];
  }

  /** The number of users at each run's first alarm; infinite when there is none. */
  private static double[] alarms(double weight, double share) {
    double[] alarms = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      alarms[run] = alarm(new SplittableRandom(run * 7_919L + 5), weight, share);
    }
    return alarms;
  }

  private static double alarm(SplittableRandom random, double weight, double share) {
    long first = 0;
    double look = 20;
    for (int user = 1; user <= USERS; user++) {
      first += random.nextDouble() < share ? 1 : 0;
      if (user >= look) {
        look = Math.max(look + 1, look * 1.01);
        if (p(first, user - first, weight) <= ALPHA) {
          return user;
        }
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double p(long first, long second, double weight) {
    return SampleRatio.p(
        List.of(
            new SampleRatio.Era(new double[] {weight, 1 - weight}, new long[] {first, second})));
  }
}
