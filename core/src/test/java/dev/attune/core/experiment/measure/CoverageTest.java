package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Experiments with an effect whose true size is known: in how many any look's interval leaves it
 * out. The table of docs/experiments.md is the long run's.
 */
class CoverageTest {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int RUNS = LONG ? 1_000 : 20;
  private static final int USERS = LONG ? 40_000 : 10_000;
  private static final int ALLOWED = LONG ? 64 : 4;
  private static final double[] SHARES = {0.5, 0.3, 0.1, 0.02};

  @Test
  void intervalsHoldTheTrueDifferenceWhicheverArmBringsMore() throws IOException {
    List<String> table = new ArrayList<>();
    List<String> tooMany = new ArrayList<>();
    for (Population population : Population.values()) {
      if (population.hasKnownMean()) {
        StringBuilder row = new StringBuilder("| " + population.says + " |");
        for (int effectIn = 0; effectIn < 2; effectIn++) {
          for (double share : SHARES) {
            int missed = missed(population, share, effectIn);
            row.append(" ").append(missed).append(" |");
            if (missed > ALLOWED) {
              tooMany.add("%s at %s, %d: %d".formatted(population, share, effectIn, missed));
            }
          }
        }
        table.add(row.toString());
      }
    }
    Files.write(Path.of("target", "missed-differences.md"), table);

    assertThat(tooMany).as("of %s", RUNS).isEmpty();
  }

  private static int missed(Population population, double share, int effectIn) {
    double effect = population.effect(share);
    double truth = population.meanDifference(effect) * (effectIn == 1 ? 1 : -1);
    var looks = new SimulatedLooks(population, share, effect, effectIn, USERS, 1.02);
    AnalysisPlan plan = looks.plan();
    int missed = 0;
    for (int run = 0; run < RUNS; run++) {
      var random = new SplittableRandom(run * 7_919L + population.ordinal() * 104_729L + 7);
      missed += looks.run(plan, random, look -> leavesOut(look, truth)) ? 1 : 0;
    }
    return missed;
  }

  private static boolean leavesOut(SimulatedLooks.Look look, double truth) {
    Effect effect = look.effect();
    Interval interval = look.sequence().difference(effect);
    return effect.isReliable() && (truth < interval.low() || truth > interval.high());
  }
}
