package dev.attune.core.experiment.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatesTest {
  @Test
  void judgesOneLookByTheNormalDistribution() {
    assertThat(effectOf(1.959963984540054).fixedP()).isCloseTo(0.05, within(1e-14));
    assertThat(effectOf(-8).fixedP()).isCloseTo(2 * 6.220960574271785e-16, within(1e-27));
    assertThat(effectOf(0).fixed(0.01).high()).isCloseTo(2.5758293035489004, within(1e-12));
  }

  /** A difference of so many standard errors, which are 1. */
  private static Effect effectOf(double difference) {
    return Effect.of(new ArmValue(100, 5, 0.5), new ArmValue(100, 5 + difference, 0.5));
  }

  @Test
  void claimsTheSpreadThatRepeatedRatiosShow() {
    int repeats = 600;
    double sum = 0;
    double squares = 0;
    double claimed = 0;
    for (int i = 0; i < repeats; i++) {
      ArmValue ratio = ArmValue.of(sessions(new SplittableRandom(i * 17L + 2), 300));
      sum += ratio.value();
      squares += ratio.value() * ratio.value();
      claimed += ratio.variance() / repeats;
    }
    double mean = sum / repeats;

    assertThat((squares / repeats - mean * mean) / claimed).isCloseTo(1, within(0.15));
  }

  @Test
  void addsPartitionsUpToTheWhole() {
    var random = new SplittableRandom(1);
    Moments left = sessions(random, 50);
    Moments right = sessions(random, 70);

    random = new SplittableRandom(1);
    Moments whole = sessions(random, 120);

    assertThat(left.plus(right).users()).isEqualTo(whole.users());
    assertThat(left.plus(right).products().yd()).isCloseTo(whole.products().yd(), within(1e-6));
  }

  @Test
  void readsQuantilesWithinOnePercentAndTheirSpread() {
    int repeats = 400;
    double sum = 0;
    double squares = 0;
    double claimed = 0;
    for (int i = 0; i < repeats; i++) {
      var random = new SplittableRandom(i * 23L + 9);
      LogHistogram sketch = new LogHistogram();
      for (int user = 0; user < 2_000; user++) {
        sketch.add(Math.exp(3 + random.nextGaussian()));
      }
      ArmValue median = sketch.armValue(0.5);
      sum += median.value();
      squares += median.value() * median.value();
      claimed += median.variance() / repeats;
    }
    double mean = sum / repeats;

    assertThat(mean).isCloseTo(Math.exp(3), within(0.01 * Math.exp(3)));
    assertThat((squares / repeats - mean * mean) / claimed).isCloseTo(1, within(0.25));
  }

  @Test
  void restrictedMeanWithoutCensoringIsTheMeanOfTheCappedTimes() {
    double[] times = {1, 4, 4, 9, 30};
    KaplanMeier curve = new KaplanMeier();
    for (double time : times) {
      curve.event(time, 1);
    }

    ArmValue mean = curve.restrictedMean(10);

    assertThat(mean.value()).isCloseTo((1 + 4 + 4 + 9 + 10) / 5.0, within(1e-12));
    // Greenwood's sum without censoring is the plain variance of min(T, τ) over n
    double variance = 0;
    for (double time : times) {
      variance += Math.pow(Math.min(time, 10) - mean.value(), 2) / 25;
    }
    assertThat(mean.variance()).isCloseTo(variance, within(1e-12));
  }

  @Test
  void censoredTimesDoNotFavourWhoeverLeavesCasesOpen() {
    var random = new SplittableRandom(4);
    KaplanMeier curve = new KaplanMeier();
    double finished = 0;
    int events = 0;
    for (int i = 0; i < 20_000; i++) {
      double time = -Math.log(1 - random.nextDouble()) * 10;
      double end = random.nextDouble() * 20;
      if (time <= end) {
        curve.event(time, 1);
        finished += time;
        events++;
      } else {
        curve.censored(end, 1);
      }
    }

    // E min(T, 15) of an exponential time with mean 10
    double truth = 10 * (1 - Math.exp(-1.5));
    assertThat(curve.restrictedMean(15).value()).isCloseTo(truth, within(0.15));
    assertThat(finished / events).isLessThan(0.8 * truth);
  }

  @Test
  void plansAsManyUsersAsTheEffectNeeds() {
    PowerAnalysis planning = new PowerAnalysis(new ConfidenceSequence(0.05, 5_000), 0.8);
    long users = planning.usersFor(0.1, 2);

    assertThat(planning.detectable(2, users)).isLessThanOrEqualTo(0.1);
    assertThat(planning.detectable(2, users - 1)).isGreaterThan(0.1);
    assertThat(planning.usersFor(0, 2)).isEqualTo(Long.MAX_VALUE);

    Moments some = sessions(new SplittableRandom(3), 200);
    Effect effect = Effect.of(ArmValue.of(some), ArmValue.of(some));
    double smallest = planning.detectable(effect);
    assertThat(planning.daysToGo(effect, smallest, 50)).isZero();
    assertThat(planning.daysToGo(effect, smallest / 2, 50)).isGreaterThan(8);
    assertThat(planning.daysToGo(effect, smallest / 2, 0)).isInfinite();
  }

  @Test
  void pValueAndIntervalAgreeAboutZero() {
    var sequence = new ConfidenceSequence(0.05, 5_000);
    for (double difference = 0; difference < 0.4; difference += 0.01) {
      Effect effect =
          Effect.of(new ArmValue(500, 1, 0.0016), new ArmValue(500, 1 + difference, 0.0016));

      assertThat(sequence.p(effect) < 0.05).isEqualTo(sequence.difference(effect).excludesZero());
    }
  }

  /** Weights changed on the way: each era is tested against the weights of its time. */
  @Test
  void testsTheRatioAgainstTheWeightsOfTheTime() {
    var even = new SampleRatio.Era(new double[] {0.5, 0.5}, new long[] {500, 500});
    var skewed = new SampleRatio.Era(new double[] {0.9, 0.1}, new long[] {1_800, 200});
    var pooled = new SampleRatio.Era(new double[] {0.9, 0.1}, new long[] {2_300, 700});

    assertThat(SampleRatio.p(List.of(even, skewed))).isGreaterThan(0.05);
    assertThat(SampleRatio.p(List.of(pooled))).isLessThan(1e-6);
  }

  private static Moments sessions(SplittableRandom random, int users) {
    Moments sums = Moments.NONE;
    for (int i = 0; i < users; i++) {
      int sessions = 1 + random.nextInt(5);
      double taste = 2 + random.nextDouble();
      double messages = 0;
      for (int s = 0; s < sessions; s++) {
        messages += taste + random.nextInt(4);
      }
      sums = sums.add(messages, sessions, 0);
    }
    return sums;
  }
}
