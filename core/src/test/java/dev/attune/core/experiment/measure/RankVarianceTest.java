package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.LogHistogram;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
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

  RankVarianceTest() {
    for (String arm : ARMS) {
      for (double value : values(arm)) {
        histogram(arm).add(value);
      }
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

  /** The median test's, from the users' own values. */
  @Test
  void ranksAreThoseOfTheValuesThemselves() {
    double[] tied = values("tied");
    double[] control = values("control");
    double common = quantile(DoubleStream.concat(Arrays.stream(tied), Arrays.stream(control)));
    double apart = share(tied, common) - share(control, common);
    double difference = quantile(Arrays.stream(tied)) - quantile(Arrays.stream(control));
    double variance = difference * difference * Q * (1 - Q) * (2 / 1_000.0) / (apart * apart);

    assertThat(histogram("tied").varianceOfDifference(histogram("control"), Q))
        .isCloseTo(variance, within(0.05 * variance));
  }

  private static double quantile(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[(int) Math.ceil(Q * sorted.length) - 1];
  }

  private static double share(double[] values, double most) {
    return (double) Arrays.stream(values).filter(value -> value <= most).count() / values.length;
  }

  private static double[] values(String arm) {
    return IntStream.range(0, 1_000).mapToDouble(user -> value(arm, user)).toArray();
  }

  /** Of the tied arm 895 of 1,000 bring nothing, so its quantile is just beyond that jump. */
  private static double value(String arm, int user) {
    return arm.equals("tied") ? (user < 895 ? 0 : user / 10.0) : 10 + user / 100.0;
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
