package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ResultSums.MetricSums;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.KaplanMeier;
import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.core.experiment.statistics.WeightedMoments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Each arm's value of a metric, from the sums.
 *
 * <p>An arm in which every user brought the same, for example no hand-off at all, shows no variance
 * of its own; a small one shows too little until a heavy value comes. Users of an arm are taken to
 * vary at least as those of all arms together do, which is what they do if the arms don't differ.
 *
 * @param variants in declared order; the first is the control
 */
record ArmEstimates(AnalysisPlan plan, List<String> variants, ResultSums sums) {
  /** What verdicts rest on, in the arms' order. */
  List<ArmValue> values(Metric metric) {
    ArmValue pooled = estimate(metric, everybody(metric));
    List<ArmValue> values =
        arms(metric)
            .map(
                arm ->
                    estimate(metric, arm)
                        .varyingAtLeastAs(
                            pooled, metric.needsSketch() ? 1 : arm.weighted.unevenness()))
            .toList();
    return metric.kind() == Metric.Kind.QUANTILE ? comparedByRanks(metric, values) : values;
  }

  /**
   * Each varies at least so much that its difference from the control is as likely as by ranks. An
   * arm that shows no variance, since its quantile is a value of many users, has half of that.
   */
  private List<ArmValue> comparedByRanks(Metric metric, List<ArmValue> values) {
    List<LogHistogram> arms = arms(metric).map(arm -> arm.happened).toList();
    double[] both =
        arms.stream()
            .mapToDouble(arm -> arm.varianceOfDifference(arms.getFirst(), metric.quantile()))
            .toArray();
    // an arm without users has none
    double most = Arrays.stream(both).filter(Double::isFinite).max().orElse(0);
    ArmValue control = varying(values.getFirst(), most / 2);
    List<ArmValue> compared = new ArrayList<>(List.of(control));
    for (int i = 1; i < values.size(); i++) {
      ArmValue arm = varying(values.get(i), both[i] / 2);
      compared.add(arm.varyingAtLeast(both[i] - control.variance()));
    }
    return compared;
  }

  /** An arm without a variance of its own has this one. */
  private static ArmValue varying(ArmValue arm, double otherwise) {
    return arm.variance() > 0 ? arm : arm.varyingAtLeast(otherwise);
  }

  /** Each arm with its own variance alone, as a textbook's test has it. */
  List<ArmValue> own(Metric metric) {
    return arms(metric).map(arm -> estimate(metric, arm)).toList();
  }

  /** Whether the covariate takes noise off. */
  boolean isAdjusted(Metric metric) {
    return plan.covariate() != null && !metric.needsSketch();
  }

  private ArmValue estimate(Metric metric, MetricSums own) {
    return switch (metric.kind()) {
      case TIME ->
          KaplanMeier.of(own.happened, own.open).restrictedMean(metric.window().toMillis() / 1e3);
      case QUANTILE -> own.happened.armValue(metric.quantile());
      case COUNT, SUM, ANY, MEAN, RATE, PER_REPLY, SOLVED, RETURN ->
          ArmValue.adjusted(own.weighted, arms(metric).map(arm -> arm.weighted).toList());
    };
  }

  private Stream<MetricSums> arms(Metric metric) {
    return variants.stream().map(variant -> sums.metric(variant, metric.name()));
  }

  /** All users together, each counting once. */
  private MetricSums everybody(Metric metric) {
    MetricSums everybody = new MetricSums();
    arms(metric).forEach(everybody::add);
    everybody.weighted = WeightedMoments.of(everybody.sums, 1);
    return everybody;
  }
}
