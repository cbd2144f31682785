package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.ThompsonSampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Experiments in which the weights change while the base rate drifts: a share of 15 % that grows by
 * some points from the first to the last hour, alone, as those who buy for log-normal amounts, and
 * as the part of a user's visits. A user's window closes after a day. Looked at each hour. The
 * table of docs/experiments.md is the long run's.
 */
class DriftTest {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 10;
  private static final int HOURS = LONG ? 28 * 24 : 14 * 24;
  private static final int USERS_AN_HOUR = 60;
  private static final int ALLOWED = LONG ? 64 : 3;
  private static final double BASE = 0.15;
  private static final double[] DRIFTS = {0.15, 0.05, 0.02};
  private static final List<String> ARMS = List.of("a", "b");

  /** The standard one with fewer draws: its weights are noisier, which is no easier. */
  private static final ThompsonSampling BANDIT_OF_FEW_DRAWS =
      new ThompsonSampling(
          ThompsonSampling.STANDARD.floor(), ThompsonSampling.STANDARD.steps(), 400);

  private static final int WINDOW_HOURS = 24;

  /** What a user brings. */
  private enum Outcome {
    SHARE("a share", "m: {any: clicked, window: 24h}") {
      @Override
      MetricTally.Entry draw(SplittableRandom random, double rate) {
        return entry(random.nextDouble() < rate ? 1 : 0, 1);
      }
    },
    AMOUNT("amounts of buyers", "m: {sum: agent_replied.responseSeconds, window: 24h}") {
      @Override
      MetricTally.Entry draw(SplittableRandom random, double rate) {
        return entry(random.nextDouble() < rate ? Math.exp(random.nextGaussian()) : 0, 1);
      }
    },
    RATIO("a ratio", "m: {rate: message_sent, over: session_started, window: 24h}") {
      @Override
      MetricTally.Entry draw(SplittableRandom random, double rate) {
        int visits = 1 + random.nextInt(4);
        int happened = 0;
        for (int i = 0; i < visits; i++) {
          happened += random.nextDouble() < rate ? 1 : 0;
        }
        return entry(happened, visits);
      }
    };

    private final String says;
    private final AnalysisPlan plan;

    Outcome(String says, String metric) {
      this.says = says;
      this.plan = SimulatedExperiment.experiments(metric, "goal: m").plan("e");
    }

    abstract MetricTally.Entry draw(SplittableRandom random, double rate);

    private static MetricTally.Entry entry(double numerator, double denominator) {
      return new MetricTally.Entry(numerator, denominator, null, true);
    }
  }

  /** How weights come about: what an hour's are, by the sums so far. */
  private enum Weights {
    BANDIT("a bandit, each hour") {
      @Override
      double ofB(int hour, ArmEstimates estimates, Metric metric) {
        return BANDIT_OF_FEW_DRAWS.weights(estimates.values(metric), true, hour)[1];
      }
    },
    BY_HAND("by hand: 50:50, 80:20, 10:90") {
      @Override
      double ofB(int hour, ArmEstimates estimates, Metric metric) {
        return new double[] {0.5, 0.2, 0.9}[3 * hour / HOURS];
      }
    };

    private final String says;

    Weights(String says) {
      this.says = says;
    }

    abstract double ofB(int hour, ArmEstimates estimates, Metric metric);
  }

  @Test
  void falseAlarmsStayRareWhileWeightsAndBaseRateMove() throws IOException {
    List<String> table = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    for (Weights weights : Weights.values()) {
      for (Outcome outcome : Outcome.values()) {
        for (double drift : DRIFTS) {
          int alarms = found(weights, outcome, drift, 0, false);
          if (alarms > ALLOWED) {
            tooMany.add(weights + ", " + outcome + " with a drift of " + drift + ": " + alarms);
          }
          table.add(
              "| %s | %s | %.0f points | %d |"
                  .formatted(weights.says, outcome.says, 100 * drift, alarms));
          Files.write(Path.of("target", "drift.md"), table);
        }
      }
    }

    assertThat(tooMany).as("false alarms of %s runs", RUNS).isEmpty();
  }

  /** The control: sums in which every user counts once find winners where there are none. */
  @Test
  void plainSumsWouldFindWinnersWhereThereAreNone() {
    assertThat(found(Weights.BY_HAND, Outcome.SHARE, 0.15, 0, true)).isGreaterThan(RUNS / 2);
  }

  @Test
  void findsAnEffectWhileWeightsAndBaseRateMove() {
    assertThat(found(Weights.BANDIT, Outcome.SHARE, 0.05, 0.05, false)).isGreaterThan(RUNS / 2);
    assertThat(found(Weights.BY_HAND, Outcome.SHARE, 0.05, 0.05, false)).isGreaterThan(RUNS / 2);
  }

  private static int found(
      Weights weights, Outcome outcome, double drift, double effect, boolean plain) {
    int found = 0;
    for (int run = 0; run < RUNS; run++) {
      var random = new SplittableRandom(run * 7_919L + 1);
      found += isFound(random, weights, outcome, drift, effect, plain) ? 1 : 0;
    }
    return found;
  }

  private static boolean isFound(
      SplittableRandom random,
      Weights weights,
      Outcome outcome,
      double drift,
      double effect,
      boolean plain) {
    Metric metric = outcome.plan.metrics().getFirst();
    ResultSums sums = new ResultSums("e");
    var estimates = new ArmEstimates(outcome.plan, ARMS, sums);
    List<List<ClosedWindow>> byHour = new ArrayList<>();
    for (int hour = 0; hour < HOURS + WINDOW_HOURS; hour++) {
      if (hour < HOURS) {
        double ofB = weights.ofB(hour, estimates, metric);
        double rate = BASE + drift * hour / HOURS;
        byHour.add(windows(random, outcome, ofB, rate, effect));
      }
      if (hour >= WINDOW_HOURS) {
        byHour.get(hour - WINDOW_HOURS).forEach(sums::add);
        if (isShown(outcome.plan, plain ? plain(sums) : estimates.values(metric))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of the users who came in an hour. */
  private static List<ClosedWindow> windows(
      SplittableRandom random, Outcome outcome, double ofB, double rate, double effect) {
    Metric metric = outcome.plan.metrics().getFirst();
    List<ClosedWindow> windows = new ArrayList<>();
    for (int user = 0; user < USERS_AN_HOUR; user++) {
      boolean b = random.nextDouble() < ofB;
      var entry = outcome.draw(random, rate + (b ? effect : 0));
      windows.add(
          new ClosedWindow("e", b ? "b" : "a", metric, 0, b ? ofB : 1 - ofB, List.of(), entry));
    }
    return windows;
  }

  private static List<ArmValue> plain(ResultSums sums) {
    return ARMS.stream().map(arm -> ArmValue.of(sums.metric(arm, "m").sums)).toList();
  }

  private static boolean isShown(AnalysisPlan plan, List<ArmValue> values) {
    var sequence = new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());
    Effect effect = Effect.of(values.getFirst(), values.getLast());
    return effect.isReliable() && sequence.p(effect) <= plan.alpha();
  }
}
