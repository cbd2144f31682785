package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.experiment.plan.AnalysisPlan;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds of a report at its limits. */
class AnalysisLawsTest {
  private static final String METRICS =
      "handoff: {kind: handoff_rate, window: 24h}\nother: {any: clicked, window: 24h}\n";
  private static final String JUDGE = "goal: handoff\nminUsers: 200\nminDuration: 2d\n";
  private static final List<String> ARMS = List.of("a", "b");

  @Test
  void aVerdictIsGivenAtTheUsersAndDaysThatThePlanNames() {
    assertThat(report(sums(200, 20, 20), JUDGE, 48).status()).isEqualTo(Status.UNDECIDED);
    assertThat(report(sums(199, 20, 20), JUDGE, 48).status()).isEqualTo(Status.COLLECTING);
    ExperimentReport early = report(sums(200, 20, 20), JUDGE, 47);

    assertThat(early.status()).isEqualTo(Status.COLLECTING);
    assertThat(early.says())
        .isEqualTo("Still collecting: a verdict needs 200 users an arm and 2 days.");
  }

  @Test
  void armsAreComparedFromAHundredUsers() {
    assertThat(report(sums(99, 20, 30), JUDGE, 48).metrics().getFirst().comparisons()).isEmpty();
    assertThat(report(sums(100, 20, 30), JUDGE, 48).metrics().getFirst().comparisons()).hasSize(1);
  }

  @Test
  void aLiftIsToldUnlessTheControlsValueIsNone() {
    Comparison some = comparison(report(sums(400, 40, 60), JUDGE, 48));
    Comparison none = comparison(report(sums(400, 0, 60), JUDGE, 48));

    assertThat(some.difference()).isCloseTo(0.05, within(1e-12));
    assertThat(some.lift()).isNotNull().isCloseTo(0.5, within(1e-12));
    assertThat(some.liftInterval()).isNotNull();
    assertThat(none.lift()).isNull();
    assertThat(none.liftInterval()).isNull();
  }

  /** At half the rate it takes twice the days; what has been found already takes none. */
  @Test
  void daysToGoFollowTheRateOfUsers() {
    ResultSums sums = sums(400, 40, 44);
    double slow = Objects.requireNonNull(comparison(report(sums, JUDGE, 96)).daysToGo());
    double quick = Objects.requireNonNull(comparison(report(sums, JUDGE, 48)).daysToGo());

    assertThat(quick).isPositive().isCloseTo(slow / 2, within(1e-6));
    assertThat(comparison(report(sums, JUDGE, 0)).daysToGo()).isNull();
    assertThat(comparison(report(sums(400, 0, 200), JUDGE, 48)).daysToGo()).isNull();
  }

  /** A guardrail must not cost the goal its power. */
  @Test
  void guardrailsAreNotCorrectedFor() {
    ResultSums sums = sums(400, 40, 60);
    double alone = comparison(report(sums, JUDGE, 48)).p();

    assertThat(comparison(report(sums, JUDGE + "guardrails: [other]", 48)).p()).isEqualTo(alone);
    ExperimentReport others = report(sums, JUDGE + "others: [other]", 48);
    assertThat(comparison(others).p()).isEqualTo(Math.min(1, 2 * alone));
    assertThat(comparison(report(sums, JUDGE + "others: [other]\ncorrection: none", 48)).p())
        .isEqualTo(alone);
  }

  /** 1 : 3 are the same weights as 0.25 : 0.75. */
  @Test
  void sizesAreCheckedAgainstWeightsOfAnySum() {
    assertThat(report(exposed(1, 3), JUDGE, 48).sampleRatioP())
        .isCloseTo(report(exposed(0.25, 0.75), JUDGE, 48).sampleRatioP(), within(1e-12))
        .isGreaterThan(0.5);
  }

  private static ResultSums exposed(double a, double b) {
    ResultSums sums = new ResultSums("e");
    for (int i = 0; i < 400; i++) {
      String arm = i % 4 == 0 ? "a" : "b";
      sums.add(new UserExposures.FirstExposure("e", arm, List.of(a, b), START));
    }
    return sums;
  }

  @Test
  void lossIsTheShareOfTheFinishedWhoSentNothing() {
    ResultSums sums = sums(10, 1, 1);
    for (int i = 0; i < 10; i++) {
      sums.add(new UserExposures.Finished("e", "a", i < 4));
    }

    assertThat(report(sums, JUDGE, 48).arms())
        .containsExactly(
            new ExperimentReport.Arm("a", 10, 10, 10, 0.5, 0.4),
            new ExperimentReport.Arm("b", 10, 10, 0, 0.5, 0));
  }

  /** Weights that return to earlier ones are one era with them, and the newest. */
  @Test
  void eachUserIsExpectedByTheWeightsOfTheTime() {
    List<Double> even = List.of(0.5, 0.5);
    List<Double> steep = List.of(0.1, 0.9);
    ResultSums early = exposed(even, 100, START);
    exposed(early, steep, 50, START + 2);
    exposed(early, even, 100, START + 3);
    ResultSums late = exposed(even, 10, START + 1);
    exposed(late, steep, 10, START + 4);

    assertThat(weightAndExpected(early)).containsExactly(0.5, 210.0, 0.5, 290.0);
    for (List<ResultSums> order : List.of(List.of(early, late), List.of(late, early))) {
      ResultSums both = new ResultSums("e");
      order.forEach(part -> both.add(part.toAvro(0, START + 5)));
      assertThat(weightAndExpected(both)).containsExactly(0.1, 222.0, 0.9, 318.0);
    }
  }

  private static List<Double> weightAndExpected(ResultSums sums) {
    return report(sums, JUDGE, 48).arms().stream()
        .flatMap(arm -> Stream.of(Objects.requireNonNull(arm.weight()), arm.expected()))
        .toList();
  }

  private static ResultSums exposed(List<Double> weights, int eachArm, long at) {
    ResultSums sums = new ResultSums("e");
    exposed(sums, weights, eachArm, at);
    return sums;
  }

  private static void exposed(ResultSums sums, List<Double> weights, int eachArm, long at) {
    for (int i = 0; i < eachArm; i++) {
      ARMS.forEach(arm -> sums.add(new UserExposures.FirstExposure("e", arm, weights, at)));
    }
  }

  private static Comparison comparison(ExperimentReport report) {
    return report.metrics().getFirst().comparisons().getFirst();
  }

  private static ExperimentReport report(ResultSums sums, String judge, long hours) {
    AnalysisPlan plan = SimulatedExperiment.experiments(METRICS, judge).plan("e");
    return new Analysis("e", ARMS, plan, sums, START + hours * HOUR).report();
  }

  /** So many users an arm, of whom so many were handed off; of the other metric the same. */
  private static ResultSums sums(int users, int control, int treatment) {
    AnalysisPlan plan =
        SimulatedExperiment.experiments(METRICS, JUDGE + "others: [other]").plan("e");
    ResultSums sums = new ResultSums("e");
    for (int i = 0; i < users; i++) {
      for (String arm : ARMS) {
        sums.add(new UserExposures.FirstExposure("e", arm, List.of(0.5, 0.5), START));
        int happened = i < (arm.equals("a") ? control : treatment) ? 1 : 0;
        var entry = new MetricTally.Entry(happened, 1, null, true);
        plan.metrics()
            .forEach(
                metric -> sums.add(new ClosedWindow("e", arm, metric, 0, 0.5, List.of(), entry)));
      }
    }
    return sums;
  }
}
