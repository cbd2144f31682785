package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.ExperimentReport.NotCompared;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.experiment.plan.AnalysisPlan;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Simulated users through the same code as on the stream: book, sums, analysis. */
class AnalysisTest {
  private static final String METRICS =
      """
      handling: {kind: agent_handling_time, window: 24h}
      time: {kind: resolution_time, window: 24h}
      csat: {kind: csat_mean, window: 24h}
      handoff: {kind: handoff_rate, window: 24h}
      """;
  private static final String JUDGE =
      "goal: handling\nothers: [time]\nguardrails: [csat]\nminUsers: 200\nminDuration: 2d";
  private static final List<String> ARMS = List.of("a", "b");
  private static final AnalysisPlan HANDOFF =
      SimulatedExperiment.experiments(METRICS, "goal: handoff").plan("e");

  private final Experiments experiments = SimulatedExperiment.experiments(METRICS, JUDGE);
  private final SplittableRandom random = new SplittableRandom(42);

  @Test
  void findsFifteenPercentLessHandlingTime() {
    ResultSums sums = new ResultSums("e");
    live(sums, 3_000, 0.85, 0);

    ExperimentReport report = analysis(sums, 10).report();

    assertThat(report.status()).isEqualTo(Status.WINNER);
    var lift = report.metrics().getFirst().comparisons().getFirst();
    assertThat(Objects.requireNonNull(lift.liftInterval()).contains(-0.15)).isTrue();
    assertThat(lift.interval().excludesZero()).isTrue();
    assertThat(lift.p()).isLessThan(0.05);
    assertThat(report.metrics().get(1).values().getFirst().value()).isPositive();
  }

  @Test
  void namesNoWinnerBeforeItsTime() {
    ResultSums sums = new ResultSums("e");
    live(sums, 3_000, 0.5, 0);

    assertThat(analysis(sums, 1.9).report().status()).isEqualTo(Status.COLLECTING);
    assertThat(analysis(sums, 2.1).report().status()).isEqualTo(Status.WINNER);

    ResultSums few = new ResultSums("e");
    live(few, 300, 0.5, 0);
    assertThat(analysis(few, 30).report().status()).isEqualTo(Status.COLLECTING);
  }

  @Test
  void warnsOfAHurtGuardrailWhateverTheGoal() {
    ResultSums sums = new ResultSums("e");
    live(sums, 4_000, 0.85, -0.4);

    assertThat(analysis(sums, 10).report().status()).isEqualTo(Status.HARM);
  }

  @Test
  void trustsNothingWhenTheArmsSizesContradictTheWeights() {
    ResultSums sums = new ResultSums("e");
    live(sums, 2_000, 0.85, 0);
    for (int i = 0; i < 300; i++) {
      sums.add(new UserExposures.FirstExposure("e", "b", List.of(0.5, 0.5), START));
    }

    ExperimentReport report = analysis(sums, 10).report();

    assertThat(report.status()).isEqualTo(Status.SAMPLE_RATIO_MISMATCH);
    assertThat(report.sampleRatioP()).isLessThan(0.001);
  }

  /** The same users in both arms, slow at first and quick later; most of the later ones in b. */
  @Test
  void quantilesAndTimesAreNotComparedOverChangesOfTheWeights() {
    AnalysisPlan plan =
        SimulatedExperiment.experiments(
                "slow: {quantile: message_sent.length, q: 0.9, window: 24h}\n"
                    + "mean: {mean: message_sent.length, window: 24h}\n",
                "goal: slow\nothers: [mean]\nminDuration: 1d")
            .plan("e");

    ExperimentReport moved = overTwoEras(plan, 0.1);
    ExperimentReport constant = overTwoEras(plan, 0.5);

    assertThat(moved.metrics().getFirst().comparisons()).isEmpty();
    assertThat(moved.metrics().getFirst().values()).allMatch(value -> value.value() != null);
    assertThat(moved.metrics().getLast().comparisons()).hasSize(1);
    assertThat(moved.metrics().getLast().comparisons().getFirst().p()).isGreaterThan(0.05);
    assertThat(moved.metrics().getFirst().notCompared()).isEqualTo(NotCompared.WEIGHTS_CHANGED);
    assertThat(moved.status()).isEqualTo(Status.UNDECIDED);
    assertThat(moved.says()).contains("the weights changed");
    assertThat(constant.metrics().getFirst().comparisons()).hasSize(1);
  }

  private ExperimentReport overTwoEras(AnalysisPlan plan, double laterShareOfA) {
    ResultSums sums = new ResultSums("e");
    for (double shareOfA : new double[] {0.5, laterShareOfA}) {
      double typical = sums.exposed() == 0 ? 400 : 100;
      for (int i = 0; i < 2_000; i++) {
        boolean b = i >= 2_000 * shareOfA;
        String arm = b ? "b" : "a";
        sums.add(new UserExposures.FirstExposure("e", arm, List.of(shareOfA, 1 - shareOfA), START));
        double value = typical * (0.5 + random.nextDouble());
        plan.metrics()
            .forEach(
                metric ->
                    sums.add(
                        new ClosedWindow(
                            "e",
                            arm,
                            metric,
                            0,
                            b ? 1 - shareOfA : shareOfA,
                            List.of(),
                            new MetricTally.Entry(value, 1, value, true))));
      }
    }
    return new Analysis("e", ARMS, plan, sums, START + 10 * 24 * HOUR).report();
  }

  @Test
  void saysWhatItTakesWhileNothingIsFound() {
    ResultSums sums = new ResultSums("e");
    live(sums, 600, 0.97, 0);

    ExperimentReport report = analysis(sums, 10).report();

    assertThat(report.status()).isEqualTo(Status.UNDECIDED);
    var comparison = report.metrics().getFirst().comparisons().getFirst();
    assertThat(comparison.detectable()).isGreaterThan(Math.abs(comparison.difference()));
    assertThat(comparison.daysToGo()).isNotNull().isPositive();
  }

  @Test
  void knowsNoValueOfNobody() {
    ResultSums sums = new ResultSums("e");
    sums.add(new UserExposures.FirstExposure("e", "a", List.of(0.5, 0.5), START));

    assertThat(analysis(sums, 1).report().metrics())
        .isNotEmpty()
        .flatExtracting(ExperimentReport.MetricReport::values)
        .allSatisfy(value -> assertThat(value.value()).as(value.variant()).isNull());
  }

  @Test
  void tellsWhyNothingIsComparedYet() {
    ResultSums open = new ResultSums("e");
    for (int i = 0; i < 5_000; i++) {
      String arm = i % 2 == 0 ? "a" : "b";
      open.add(new UserExposures.FirstExposure("e", arm, List.of(0.5, 0.5), START));
    }
    ResultSums few = new ResultSums("e");
    live(few, 90, 0.85, 0);
    ResultSums enough = new ResultSums("e");
    live(enough, 600, 0.85, 0);

    assertThat(notCompared(analysis(open, 0.5))).isEqualTo(NotCompared.WINDOWS_OPEN);
    assertThat(notCompared(analysis(few, 10))).isEqualTo(NotCompared.TOO_FEW_USERS);
    assertThat(notCompared(analysis(enough, 10))).isNull();
    assertThat(notCompared(analysis(handoffs(0, 0), "goal: handoff")))
        .isEqualTo(NotCompared.ALL_ALIKE);
  }

  private static @Nullable NotCompared notCompared(Analysis analysis) {
    return analysis.report().metrics().getFirst().notCompared();
  }

  @Test
  void addsPartitionsUp() {
    ResultSums left = new ResultSums("e");
    ResultSums right = new ResultSums("e");
    live(left, 500, 0.8, 0);
    live(right, 700, 0.8, 0);
    ResultSums whole = new ResultSums("e");
    whole.add(left.toAvro(0, 1));
    whole.add(right.toAvro(0, 1));

    var report = analysis(whole, 10).report();

    assertThat(report.arms().stream().mapToLong(ExperimentReport.Arm::exposed).sum())
        .isEqualTo(1_200);
    assertThat(report.arms().getFirst().weight()).isEqualTo(0.5);
    Double mean = report.metrics().getFirst().values().getFirst().value();
    assertThat(mean).isNotNull().isCloseTo(100, within(15.0));
  }

  @Test
  void sendsABanditsNewUsersToTheQuickerArm() {
    ResultSums sums = new ResultSums("e");
    live(sums, 2_000, 0.7, 0);

    assertThat(analysis(sums, 10).banditWeights(1)[1]).isGreaterThan(0.9);
  }

  /** The treated of whom 300 need a person, and a control in which nobody does. */
  @Test
  void seesHarmBesideAnArmInWhichNothingEverHappened() {
    ResultSums sums = handoffs(0, 300);

    ExperimentReport report = analysis(sums, "goal: csat\nguardrails: [handoff]").report();

    assertThat(report.status()).isEqualTo(Status.HARM);
    var comparison = report.metrics().get(1).comparisons().getFirst();
    assertThat(comparison.difference()).isCloseTo(0.06, within(1e-12));
    assertThat(comparison.interval().low()).isBetween(0.0, 0.06);
  }

  @Test
  void comparesArmsThatBothAreAlwaysTheSame() {
    assertThat(analysis(handoffs(0, 5_000), "goal: handoff").report().status())
        .isEqualTo(Status.LOSER);
    assertThat(analysis(handoffs(0, 0), "goal: handoff").report().metrics().getFirst())
        .satisfies(metric -> assertThat(metric.comparisons()).isEmpty());
  }

  @Test
  void sendsABanditsNewUsersToTheArmInWhichNothingBadHappened() {
    assertThat(analysis(handoffs(0, 300), "goal: handoff").banditWeights(1)[0]).isGreaterThan(0.9);
    assertThat(analysis(handoffs(300, 0), "goal: handoff").banditWeights(1)[1]).isGreaterThan(0.9);
    assertThat(analysis(handoffs(0, 0), "goal: handoff").banditWeights(1))
        .containsExactly(0.5, 0.5);
  }

  /** In one arm nobody waits, in the other so many that the median or the 90 % quantile does. */
  @ParameterizedTest
  @CsvSource({"0.5, 0, 3000", "0.5, 2000, 2600", "0.9, 0, 600", "0.9, 300, 1000"})
  void seesAQuantileThatOneArmDoesNotHave(double q, int fewer, int more) {
    assertThat(waits(q, fewer, more).report().status()).isEqualTo(Status.HARM);
    assertThat(waits(q, more, fewer).report().status()).isEqualTo(Status.UNDECIDED);
    var better = waits(q, more, fewer).report().metrics().get(1).comparisons().getFirst();
    assertThat(better.p()).isLessThan(0.001);
    assertThat(better.interval().high()).isBetween(better.difference(), 0.0);
    assertThat(waits(q, fewer, fewer).report().metrics().get(1).comparisons()).isEmpty();
  }

  /** An arm that has just been added has no user yet. */
  @Test
  void anArmWithoutUsersHoldsNoQuantileBack() {
    var waits = waits(List.of("a", "b", "c"), 0.5, 0, 3_000).report().metrics().get(1);

    assertThat(waits.comparisons()).singleElement().returns("b", c -> c.variant());
  }

  private static Analysis waits(double q, int control, int treatment) {
    return waits(ARMS, q, control, treatment);
  }

  /** 5,000 users an arm, so many of whom wait for about 20 seconds. */
  private static Analysis waits(List<String> arms, double q, int control, int treatment) {
    String wait =
        "wait: {quantile: agent_replied.responseSeconds, q: %s, window: 24h, better: lower}\n"
            .formatted(q);
    ResultSums sums = handoffs(250, 250);
    for (int i = 0; i < 5_000; i++) {
      sums.metric("a", "wait").happened.add(i < control ? 15 + i % 10 : 0);
      sums.metric("b", "wait").happened.add(i < treatment ? 15 + i % 10 : 0);
    }
    var plan =
        SimulatedExperiment.experiments(METRICS + wait, "goal: handoff\nguardrails: [wait]")
            .plan("e");
    return new Analysis("e", arms, plan, sums, START + 30 * 24 * HOUR);
  }

  /** 5,000 users an arm, so many of whom were handed off. */
  private static ResultSums handoffs(int control, int treatment) {
    ResultSums sums = new ResultSums("e");
    for (int i = 0; i < 5_000; i++) {
      handoff(sums, "a", i < control);
      handoff(sums, "b", i < treatment);
    }
    return sums;
  }

  private static void handoff(ResultSums sums, String variant, boolean happened) {
    sums.add(new UserExposures.FirstExposure("e", variant, List.of(0.5, 0.5), START));
    sums.add(
        new ClosedWindow(
            "e",
            variant,
            HANDOFF.metrics().getFirst(),
            0,
            0.5,
            List.of(),
            new MetricTally.Entry(happened ? 1 : 0, 1, null, true)));
  }

  private static Analysis analysis(ResultSums sums, String judge) {
    var plan = SimulatedExperiment.experiments(METRICS, judge).plan("e");
    return new Analysis("e", ARMS, plan, sums, START + 30 * 24 * HOUR);
  }

  private Analysis analysis(ResultSums sums, double days) {
    return new Analysis("e", ARMS, experiments.plan("e"), sums, START + (long) (days * 24 * HOUR));
  }

  private void live(ResultSums sums, int users, double factor, double csat) {
    Covariates covariates = new Covariates(SimulatedExperiment.features());
    for (int i = 0; i < users; i++) {
      String arm = random.nextBoolean() ? "b" : "a";
      boolean treated = arm.equals("b");
      UserExposures book = new UserExposures();
      book.decided(experiments, covariates, SimulatedExperiment.decision("u" + i, arm, START))
          .forEach(sums::add);
      double seconds = -100 * Math.log(1 - random.nextDouble()) * (treated ? factor : 1);
      book.observe(experiments, SimulatedExperiment.opened(START + 1));
      book.observe(experiments, SimulatedExperiment.answered(START + HOUR, seconds, false));
      if (random.nextDouble() < 0.7) {
        book.observe(
            experiments, SimulatedExperiment.resolved(START + HOUR + (long) (seconds * 1_000)));
      }
      double score = random.nextInt(1, 6) + (treated ? csat : 0);
      book.observe(experiments, SimulatedExperiment.rated(START + 2 * HOUR, score));
      UserExposures.Due due = book.close(experiments, START + 24 * HOUR);
      due.closed().forEach(sums::add);
      due.finished().forEach(sums::add);
    }
  }
}
