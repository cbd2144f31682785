package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.AnalysisPlan;
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
  private static final List<Population> LARGE =
      List.of(
          Population.SHARE_HALF_PERCENT,
          Population.SHARE_2_PERCENT,
          Population.SHARE_50_PERCENT,
          Population.LOG_NORMAL_15);

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

  /** In the table above an arm of 2 % has 800 users at the end; here it has 20,000. */
  @Test
  void areRareInASmallArmThatGetsLarge() throws IOException {
    List<String> table = new ArrayList<>();
    for (Population population : LARGE) {
      int alarms = alarms(population, 0.02, RUNS, LONG ? 1_000_000 : 100_000);
      table.add("| %s | %d |".formatted(population.says, alarms));

      assertThat(alarms).as(population.says).isLessThanOrEqualTo(ALLOWED);
    }
    Files.write(Path.of("target", "false-alarms-of-a-large-small-arm.md"), table);
  }

  private static int alarms(Population population, double share, int runs, int users) {
    var looks = SimulatedLooks.withoutEffect(population, share, users);
    AnalysisPlan plan = looks.plan();
    int alarms = 0;
    for (int run = 0; run < runs; run++) {
      var random = new SplittableRandom(run * 7_919L + population.ordinal() * 104_729L + 1);
      alarms += looks.run(plan, random, SimulatedLooks.Look::isShown) ? 1 : 0;
    }
    return alarms;
  }
}
