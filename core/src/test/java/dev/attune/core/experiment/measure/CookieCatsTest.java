package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.experiment.plan.AnalysisPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The published A/B test of the game Cookie Cats (Tactile Entertainment; data set of DataCamp): of
 * 44,700 players with a gate at level 30 8,502 were back after seven days, of 45,489 with a gate at
 * level 40 8,279.
 */
class CookieCatsTest {
  private final AnalysisPlan plan =
      SimulatedExperiment.experiments("back: {kind: return_rate}", "goal: back").plan("e");

  @Test
  void comesOutAsItIs() {
    ExperimentReport report = report(8_502, 44_700, 8_279, 45_489);

    Comparison comparison = report.metrics().getFirst().comparisons().getFirst();
    assertThat(comparison.difference()).isCloseTo(-0.0082, within(5e-5));
    // Wald's test and interval, each arm with its own variance
    assertThat(comparison.oneLook().p()).isCloseTo(0.00155, within(2e-5));
    assertThat(comparison.oneLook().interval().low()).isCloseTo(-0.0133, within(5e-5));
    assertThat(comparison.oneLook().interval().high()).isCloseTo(-0.0031, within(5e-5));
    assertThat(comparison.interval().excludesZero()).isFalse();
    assertThat(comparison.p()).isBetween(0.05, 0.1);
    assertThat(report.status()).isEqualTo(Status.UNDECIDED);
  }

  @Test
  void saysItInWordsWithWhatASingleLookWouldHaveSaid() {
    Comparison comparison =
        report(8_502, 44_700, 8_279, 45_489).metrics().getFirst().comparisons().getFirst();

    assertThat(comparison.says())
        .startsWith("`b`: 18.20 % against 19.02 %, a difference of -0.82 points.")
        .contains("Chance may explain it")
        .contains(
            "planned for one look, exactly now, would have called it a difference (p = 0.0016)")
        .contains("to +0.02 points");
  }

  @Test
  void saysThatBothAgreeWhereTheyDo() {
    assertThat(says(9_000, 6_000))
        .contains("Chance does not explain it")
        .contains("would say so, too");
    assertThat(says(8_502, 8_500))
        .contains("Chance may explain it")
        .contains("would not show a difference either");
  }

  private String says(int control, int treatment) {
    return report(control, 45_000, treatment, 45_000)
        .metrics()
        .getFirst()
        .comparisons()
        .getFirst()
        .says();
  }

  private ExperimentReport report(int control, int controls, int treatment, int treated) {
    ResultSums sums = new ResultSums("e");
    users(sums, "a", control, controls);
    users(sums, "b", treatment, treated);
    return new Analysis("e", List.of("a", "b"), plan, sums, START + 30 * 24 * HOUR).report();
  }

  private void users(ResultSums sums, String variant, int back, int users) {
    for (int i = 0; i < users; i++) {
      sums.add(new UserExposures.FirstExposure("e", variant, List.of(0.5, 0.5), START));
      var entry = new MetricTally.Entry(i < back ? 1 : 0, 1, null, true);
      sums.add(new ClosedWindow("e", variant, plan.metrics().getFirst(), 0, 0.5, List.of(), entry));
    }
  }
}
