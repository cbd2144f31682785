package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.measure.BreakdownReport.Part;
import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.NotCompared;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is said of parts of an experiment's users. */
class BreakdownTest {
  private static final String METRICS =
      """
      wait: {mean: agent_replied.responseSeconds, window: 24h}
      slow: {quantile: agent_replied.responseSeconds, q: 0.9, window: 24h}
      good: {kind: csat_share, window: 24h}
      """;
  private static final String JUDGE =
      "goal: wait\nothers: [slow]\nguardrails: [good]\nplannedUsers: 400\n";
  private static final List<Double> EVEN = List.of(0.5, 0.5);

  private final AnalysisPlan plan = SimulatedExperiment.experiments(METRICS, JUDGE).plan("e");
  private final ResultSums whole = new ResultSums("e");
  private final Map<String, ResultSums> parts = new TreeMap<>();

  @Test
  void findsThePartInWhichThereIsADifference() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 4_000; i++) {
      String channel = i % 4 < 2 ? "web" : "voice";
      double effect = i % 2 == 1 && channel.equals("voice") ? -5 : 0;
      add(channel, i % 2, 20 + effect + random.nextDouble(-10, 10));
    }

    BreakdownReport report = report();

    assertThat(report.dimension()).isEqualTo("channel");
    assertThat(report.parts()).extracting(Part::value).containsExactly("voice", "web");
    assertThat(goal(report, "voice").p()).isLessThan(0.001);
    assertThat(goal(report, "voice").interval().contains(-5)).isTrue();
    assertThat(goal(report, "web").p()).isGreaterThan(0.05);
    assertThat(report.parts().getFirst().metrics())
        .extracting(ExperimentReport.MetricReport::metric)
        .containsExactly("wait", "slow", "good");
  }

  @Test
  void everybodyIsInOneChannelSoTheyAddUpToTheWhole() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 900; i++) {
      add(List.of("web", "ios", "").get(i % 3), random.nextInt(2), random.nextInt(50));
    }

    for (String arm : List.of("a", "b")) {
      ResultSums.MetricSums all = whole.metric(arm, "wait");
      double sum = parts.values().stream().mapToDouble(p -> p.metric(arm, "wait").raw.yy()).sum();
      long users = parts.values().stream().mapToLong(p -> p.metric(arm, "wait").sums.users()).sum();
      assertThat(sum).isEqualTo(all.raw.yy());
      assertThat(users).isEqualTo(all.sums.users());
    }
  }

  /** With weights that change, a part's quantiles can be compared no more than the whole's. */
  @Test
  void knowsThatTheWeightsChanged() {
    for (int i = 0; i < 800; i++) {
      add("web", i % 2, i % 40);
    }
    assertThat(report().parts().getFirst().metrics().get(1).comparisons()).hasSize(1);

    whole.add(new UserExposures.FirstExposure("e", "b", List.of(0.9, 0.1), START));

    assertThat(report().parts().getFirst().metrics().get(1).notCompared())
        .isEqualTo(NotCompared.WEIGHTS_CHANGED);
  }

  @Test
  void saysNothingOfAPartWithFewUsers() {
    for (int i = 0; i < 198; i++) {
      add("web", i % 2, i);
    }

    assertThat(report().parts().getFirst().metrics().getFirst().notCompared())
        .isEqualTo(NotCompared.TOO_FEW_USERS);
    assertThat(new BreakdownReport("e", "segment", List.of()))
        .isEqualTo(analysis().breakdown("segment", Map.of()));
  }

  /**
   * Twelve parts without an effect, looked at four times. Each alone is wrong in 5 % at most; that
   * any of them is, in 5 % of the experiments at most.
   */
  @Test
  void manyPartsRaiseNoMoreFalseAlarmsThanOne() {
    int experiments = 200;
    int alarms = 0;
    int withoutCorrection = 0;
    for (int seed = 0; seed < experiments; seed++) {
      boolean[] raised = alarms(new SplittableRandom(seed));
      alarms += raised[0] ? 1 : 0;
      withoutCorrection += raised[1] ? 1 : 0;
    }

    // 5 % and three standard errors of 200 experiments
    assertThat(alarms).isLessThanOrEqualTo(19);
    assertThat(withoutCorrection).as("what the correction takes away").isGreaterThan(alarms + 5);
  }

  private boolean[] alarms(SplittableRandom random) {
    whole.add(new UserExposures.FirstExposure("e", "a", EVEN, START));
    parts.clear();
    boolean[] raised = new boolean[2];
    for (int i = 1; i <= 4_800; i++) {
      add("part-" + random.nextInt(12), random.nextInt(2), random.nextInt(30));
      if (i % 1_200 == 0) {
        for (Part part : report().parts()) {
          for (Comparison goal : part.metrics().getFirst().comparisons()) {
            raised[0] |= goal.p() <= plan.alpha();
            raised[1] |= goal.interval().excludesZero();
          }
        }
      }
    }
    return raised;
  }

  private void add(String channel, int arm, double wait) {
    String variant = arm == 0 ? "a" : "b";
    ResultSums part = parts.computeIfAbsent(channel, _ -> new ResultSums("e"));
    Map<String, Metric> metrics = new HashMap<>();
    plan.metrics().forEach(metric -> metrics.put(metric.name(), metric));
    var mean = new MetricTally.Entry(wait, 1, null, true);
    var time = new MetricTally.Entry(wait, 1, wait, true);
    for (ClosedWindow closed :
        List.of(
            closed(variant, Objects.requireNonNull(metrics.get("wait")), mean),
            closed(variant, Objects.requireNonNull(metrics.get("slow")), time))) {
      part.add(closed);
      whole.add(closed);
    }
    if (whole.exposed() == 0) {
      whole.add(new UserExposures.FirstExposure("e", variant, EVEN, START));
    }
  }

  private static ClosedWindow closed(String variant, Metric metric, MetricTally.Entry entry) {
    return new ClosedWindow("e", variant, metric, 0, 0.5, List.of(), entry);
  }

  private Analysis analysis() {
    return new Analysis("e", List.of("a", "b"), plan, whole, START + 30 * 24 * HOUR);
  }

  private BreakdownReport report() {
    return analysis().breakdown("channel", parts);
  }

  private static Comparison goal(BreakdownReport report, String value) {
    return report.parts().stream()
        .filter(part -> part.value().equals(value))
        .flatMap(part -> part.metrics().getFirst().comparisons().stream())
        .findFirst()
        .orElseThrow();
  }
}
