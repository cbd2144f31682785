package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.measure.Population.Drawn;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Experiments without any effect, looked at after each two percent more users: how many show a
 * difference at any look. The table of docs/experiments.md is the long run's.
 */
class FalseAlarmsTest {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 10;
  private static final int USERS = LONG ? 40_000 : 10_000;

  /** From some 20,000 users on an error is smaller than the buckets that values are kept in. */
  private static final int USERS_OF_SKETCHES = LONG ? 100_000 : 10_000;

  /** 50 of 1,000 expected at most and two standard deviations for chance; three for few runs. */
  private static final int ALLOWED = LONG ? 64 : 3;

  private static final double[] SHARES = {0.5, 0.3, 0.1, 0.02};
  private static final List<String> ARMS = List.of("a", "b");

  @Test
  void areRareInSharesAmountsAndRatiosWhateverTheArmsSizes() throws IOException {
    assertRare(population -> !population.isSketched(), "false-alarms-of-sums.md");
  }

  @Test
  void areRareInQuantilesAndTimesWhateverTheArmsSizes() throws IOException {
    assertRare(Population::isSketched, "false-alarms-of-sketches.md");
  }

  /** Where its error is smaller than the buckets that values are kept in. */
  @Test
  void areRareInAMedianOfManyUsers() {
    assertThat(alarms(Population.MEDIAN, 0.5, 100, 100_000)).isLessThanOrEqualTo(7);
  }

  private static void assertRare(Predicate<Population> which, String file) throws IOException {
    List<String> table = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    for (Population population : Population.values()) {
      if (which.test(population)) {
        StringBuilder row = new StringBuilder("| " + population.says + " |");
        for (double share : SHARES) {
          int users = population.isSketched() ? USERS_OF_SKETCHES : USERS;
          int alarms = alarms(population, share, RUNS, users);
          row.append(" ").append(alarms).append(" |");
          if (alarms > ALLOWED) {
            tooMany.add(population + " at " + share + ": " + alarms);
          }
        }
        table.add(row.toString());
      }
    }
    Files.write(Path.of("target", file), table);

    assertThat(tooMany).as("false alarms of %s runs", RUNS).isEmpty();
  }

  private static int alarms(Population population, double share, int runs, int users) {
    AnalysisPlan plan = SimulatedExperiment.experiments(population.metric(), "goal: m").plan("e");
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      var random = new SplittableRandom(run * 7_919L + population.ordinal() * 104_729L + 1);
      alarms += isAlarmed(population, share, plan, random, users) ? 1 : 0;
    }
    return alarms;
  }

  private static boolean isAlarmed(
      Population population, double share, AnalysisPlan plan, SplittableRandom random, int users) {
    ResultSums sums = new ResultSums("e");
    Drawn[] arms = {new Drawn(sums.metric("a", "m")), new Drawn(sums.metric("b", "m"))};
    var estimates = new ArmEstimates(plan, ARMS, sums);
    double look = 2 * ConfidenceSequence.FEWEST;
    for (int user = 1; user <= users; user++) {
      population.draw(random, arms[random.nextDouble() < share ? 0 : 1], 0);
      if (user >= look) {
        look *= 1.02;
        if (isAlarmed(arms, estimates, plan)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isAlarmed(Drawn[] arms, ArmEstimates estimates, AnalysisPlan plan) {
    if (Math.min(arms[0].users(), arms[1].users()) < ConfidenceSequence.FEWEST) {
      return false;
    }
    Metric metric = plan.metrics().getFirst();
    if (!metric.needsSketch()) {
      arms[0].store();
      arms[1].store();
    }
    List<ArmValue> values = estimates.values(metric);
    Effect effect = Effect.of(values.getFirst(), values.getLast());
    return new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers()).p(effect)
        <= plan.alpha();
  }
}
