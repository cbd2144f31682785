package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.MetricReport;
import dev.attune.core.experiment.measure.ExperimentReport.NotCompared;
import dev.attune.core.experiment.measure.ExperimentReport.OneLook;
import dev.attune.core.experiment.measure.ExperimentReport.Value;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.AnalysisPlan.Measured;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.PowerAnalysis;
import java.util.ArrayList;
import java.util.List;

/** Compares each arm with the control in each metric of the plan. */
final class MetricComparisons {
  private final AnalysisPlan plan;
  private final List<String> variants;
  private final ArmEstimates estimates;
  private final double days;
  private final boolean weightsChanged;
  private final ConfidenceSequence sequence;

  /**
   * @param variants in declared order; the first is the control
   * @param sums of all users, or of a part of them
   * @param days since the first exposure
   * @param weightsChanged while users came
   */
  MetricComparisons(
      AnalysisPlan plan,
      List<String> variants,
      ResultSums sums,
      double days,
      boolean weightsChanged) {
    this.plan = plan;
    this.variants = variants;
    this.estimates = new ArmEstimates(plan, variants, sums);
    this.days = days;
    this.weightsChanged = weightsChanged;
    this.sequence = new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());
  }

  /** In the plan's order, with p-values that are not corrected and no words. */
  List<MetricReport> reports() {
    return plan.measured().stream().map(this::metric).toList();
  }

  List<ArmValue> values(Metric metric) {
    return estimates.values(metric);
  }

  private MetricReport metric(Measured measured) {
    Metric metric = measured.metric();
    List<ArmValue> estimated = estimates.values(metric);
    List<ArmValue> own = estimates.own(metric);
    List<Value> values = new ArrayList<>();
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < variants.size(); i++) {
      ArmValue value = estimated.get(i);
      boolean known = value.users() > 0 && !Double.isNaN(value.value());
      values.add(
          new Value(
              variants.get(i),
              value.users(),
              known ? value.value() : null,
              estimates.isAdjusted(metric)));
      Effect effect = Effect.of(estimated.getFirst(), value);
      if (i > 0 && isComparable(metric) && effect.isReliable()) {
        OneLook oneLook = oneLook(Effect.of(own.getFirst(), own.get(i)));
        comparisons.add(comparison(variants.get(i), effect, oneLook));
      }
    }
    return new MetricReport(
        metric.name(),
        measured.role(),
        metric.higherIsBetter(),
        values,
        comparisons,
        comparisons.isEmpty() ? notCompared(metric, estimated) : null);
  }

  private NotCompared notCompared(Metric metric, List<ArmValue> values) {
    long fewest = values.stream().mapToLong(ArmValue::users).min().orElse(0);
    if (fewest == 0) {
      return NotCompared.WINDOWS_OPEN;
    }
    if (!isComparable(metric)) {
      return NotCompared.WEIGHTS_CHANGED;
    }
    return fewest < ConfidenceSequence.FEWEST ? NotCompared.TOO_FEW_USERS : NotCompared.ALL_ALIKE;
  }

  /**
   * Quantiles and times count every user alike. With weights that change, an arm has more of the
   * users of some days, and their drift would pass for a difference.
   */
  boolean isComparable(Metric metric) {
    return !(weightsChanged && metric.needsSketch());
  }

  private OneLook oneLook(Effect effect) {
    return new OneLook(effect.fixed(plan.alpha()), effect.fixedP());
  }

  private Comparison comparison(String variant, Effect effect, OneLook oneLook) {
    PowerAnalysis planning = new PowerAnalysis(sequence, plan.power());
    boolean relative = effect.control().value() != 0;
    double p = sequence.p(effect);
    double toGo =
        planning.daysToGo(effect, effect.difference(), days > 0 ? effect.users() / days : 0);
    return new Comparison(
        variant,
        effect.difference(),
        sequence.difference(effect),
        relative ? effect.lift() : null,
        relative ? sequence.lift(effect) : null,
        p,
        planning.detectable(effect),
        p <= plan.alpha() || Double.isInfinite(toGo) ? null : (Double) toGo,
        oneLook,
        "");
  }
}
