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
 * some points from the first to the last hour. Looked at each hour. The table of
 * docs/experiments.md is the long run's.
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

  private final AnalysisPlan plan =
      SimulatedExperiment.experiments("m: {any: clicked, window: 24h}", "goal: m").plan("e");
  private final Metric metric = plan.metrics().getFirst();
  private final ConfidenceSequence sequence =
      new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());

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
      for (double drift : DRIFTS) {
        int alarms = found(weights, drift, 0, false);
        if (alarms > ALLOWED) {
          tooMany.add(weights + " with a drift of " + drift + ": " + alarms);
        }
        table.add("| %s | %.0f points | %d |".formatted(weights.says, 100 * drift, alarms));
        Files.write(Path.of("target", "drift.md"), table);
      }
    }

    assertThat(tooMany).as("false alarms of %s runs", RUNS).isEmpty();
  }

  /** The control: sums in which every user counts once find winners where there are none. */
  @Test
  void plainSumsWouldFindWinnersWhereThereAreNone() {
    assertThat(found(Weights.BY_HAND, 0.15, 0, true)).isGreaterThan(RUNS / 2);
  }

  @Test
  void findsAnEffectWhileWeightsAndBaseRateMove() {
    assertThat(found(Weights.BANDIT, 0.05, 0.05, false)).isGreaterThan(RUNS / 2);
    assertThat(found(Weights.BY_HAND, 0.05, 0.05, false)).isGreaterThan(RUNS / 2);
  }

  private int found(Weights weights, double drift, double effect, boolean plain) {
    int found = 0;
    for (int run = 0; run < RUNS; run++) {
      found +=
          isFound(new SplittableRandom(run * 7_919L + 1), weights, drift, effect, plain) ? 1 : 0;
    }
    return found;
  }

  private boolean isFound(
      SplittableRandom random, Weights weights, double drift, double effect, boolean plain) {
    ResultSums sums = new ResultSums("e");
    var estimates = new ArmEstimates(plan, ARMS, sums);
    for (int hour = 0; hour < HOURS; hour++) {
      double ofB = weights.ofB(hour, estimates, metric);
      double rate = BASE + drift * hour / HOURS;
      for (int user = 0; user < USERS_AN_HOUR; user++) {
        boolean b = random.nextDouble() < ofB;
        add(sums, b ? "b" : "a", b ? ofB : 1 - ofB, random.nextDouble() < rate + (b ? effect : 0));
      }
      if (isShown(plain ? plain(sums) : estimates.values(metric))) {
        return true;
      }
    }
    return false;
  }

  private void add(ResultSums sums, String arm, double share, boolean happened) {
    var entry = new MetricTally.Entry(happened ? 1 : 0, 1, null, true);
    sums.add(new ClosedWindow("e", arm, metric, 0, share, entry));
  }

  private List<ArmValue> plain(ResultSums sums) {
    return ARMS.stream().map(arm -> ArmValue.of(sums.metric(arm, "m").sums)).toList();
  }

  private boolean isShown(List<ArmValue> values) {
    return values.stream().allMatch(value -> value.users() >= ConfidenceSequence.FEWEST)
        && sequence.p(Effect.of(values.getFirst(), values.getLast())) <= plan.alpha();
  }
}
