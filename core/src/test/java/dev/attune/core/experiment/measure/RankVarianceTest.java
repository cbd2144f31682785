package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.LogHistogram;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How much quantiles of arms vary, of which one has its quantile beside a value of many users. */
class RankVarianceTest {
  private static final List<String> ARMS = List.of("control", "same", "tied");
  private static final double Q = 0.9;

  private final AnalysisPlan plan =
      SimulatedExperiment.experiments(
              "m: {quantile: agent_replied.responseSeconds, q: 0.9, window: 24h}", "goal: m")
          .plan("e");
  private final Metric metric = plan.metrics().getFirst();
  private final ResultSums sums = new ResultSums("e");
  private final ArmEstimates estimates = new ArmEstimates(plan, ARMS, sums);

  /** Of the tied arm 895 of 1,000 bring nothing, so its quantile is just beyond that jump. */
  RankVarianceTest() {
    for (int user = 0; user < 1_000; user++) {
      histogram("control").add(10 + user / 100.0);
      histogram("same").add(10 + user / 100.0);
      histogram("tied").add(user < 895 ? 0 : user / 10.0);
    }
  }

  @Test
  void aDifferenceVariesAtLeastAsItsRanksSay() {
    List<ArmValue> values = estimates.values(metric);
    double control = values.getFirst().variance();
    double byRanks = histogram("tied").varianceOfDifference(histogram("control"), Q);

    assertThat(byRanks).isGreaterThan(bounded("tied") + control);
    assertThat(values.getLast().variance() + control).isCloseTo(byRanks, within(byRanks * 1e-9));
    assertThat(values.getLast().users()).isEqualTo(1_000);
  }

  @Test
  void whereRanksSayLessAnArmKeepsItsOwn() {
    List<ArmValue> values = estimates.values(metric);

    assertThat(values.get(1).variance()).isCloseTo(bounded("same"), within(1e-12));
    assertThat(values.getFirst().variance()).isCloseTo(bounded("control"), within(1e-12));
  }

  /** Its own variance, or that of all arms together if it is larger. */
  private double bounded(String arm) {
    LogHistogram everybody = new LogHistogram();
    ARMS.forEach(each -> everybody.add(histogram(each)));
    double pooled = everybody.armValue(Q).variance() * 3;
    return Stream.of(histogram(arm).armValue(Q).variance(), pooled)
        .mapToDouble(Double::doubleValue)
        .max()
        .orElseThrow();
  }

  private LogHistogram histogram(String arm) {
    return sums.metric(arm, "m").happened;
  }
}
