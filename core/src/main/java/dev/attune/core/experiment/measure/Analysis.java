package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.MetricReport;
import dev.attune.core.experiment.measure.ExperimentReport.NotCompared;
import dev.attune.core.experiment.measure.ExperimentReport.OneLook;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.experiment.measure.ExperimentReport.Value;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.AnalysisPlan.Measured;
import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.ConfidenceSequence;
import dev.attune.core.experiment.statistics.Effect;
import dev.attune.core.experiment.statistics.MultipleTesting;
import dev.attune.core.experiment.statistics.PowerAnalysis;
import dev.attune.core.experiment.statistics.SampleRatio;
import dev.attune.core.experiment.statistics.ThompsonSampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;

/**
 * Reads an experiment's sums. Users are counted in the arm first seen whatever happened later
 * (intention to treat). No winner is named before the plan's users and days are there, nor while
 * the arms' sizes contradict the weights.
 */
public final class Analysis {
  private static final double DAY = 86_400_000;

  /** Far below any α in use: this alarm discards everything else, so it must not be chance. */
  private static final double RATIO_ALPHA = 0.001;

  private final String experiment;
  private final List<String> variants;
  private final AnalysisPlan plan;
  private final ResultSums sums;
  private final ArmEstimates estimates;
  private final double days;
  private final ConfidenceSequence sequence;

  /** While users came: then everybody has to be weighed by the weights of their time. */
  private final boolean weightsChanged;

  /**
   * @param variants in declared order; the first is the control
   */
  public Analysis(
      String experiment,
      List<String> variants,
      AnalysisPlan plan,
      ResultSums sums,
      long nowMillis) {
    this.experiment = experiment;
    this.variants = variants;
    this.plan = plan;
    this.sums = sums;
    this.estimates = new ArmEstimates(plan, variants, sums);
    this.days = sums.exposed() == 0 ? 0 : Math.max(0, nowMillis - sums.firstExposureAt()) / DAY;
    this.sequence = new ConfidenceSequence(plan.alpha(), plan.sample().plannedUsers());
    this.weightsChanged = distinctWeights() > 1;
  }

  private long distinctWeights() {
    return sums.eras().entrySet().stream()
        .filter(era -> era.getValue().values().stream().anyMatch(users -> users > 0))
        .map(era -> Arrays.stream(normalised(era.getKey())).boxed().toList())
        .distinct()
        .count();
  }

  public ExperimentReport report() {
    double ratio = sampleRatioP();
    List<MetricReport> metrics = metrics();
    Status status = status(ratio, metrics);
    return new ExperimentReport(experiment, status, says(status), ratio, days, arms(), metrics);
  }

  /** A bandit's weights for new users, by the goal. */
  public double[] banditWeights(long seed) {
    Measured goal = plan.measured().getFirst();
    List<ArmValue> values = estimates.values(goal.metric());
    return ThompsonSampling.STANDARD.weights(values, goal.metric().higherIsBetter(), seed);
  }

  private double sampleRatioP() {
    List<SampleRatio.Era> eras = new ArrayList<>();
    sums.eras()
        .forEach(
            (weights, users) -> {
              if (weights.size() == variants.size()) {
                eras.add(new SampleRatio.Era(normalised(weights), counts(users)));
              }
            });
    return SampleRatio.p(eras);
  }

  /** Users by arm, had chance kept to the weights of each era. */
  private double[] expected() {
    double[] expected = new double[variants.size()];
    sums.eras()
        .forEach(
            (weights, users) -> {
              if (weights.size() == variants.size()) {
                double[] shares = normalised(weights);
                long all = Arrays.stream(counts(users)).sum();
                Arrays.setAll(expected, i -> expected[i] + all * shares[i]);
              }
            });
    return expected;
  }

  private static double[] normalised(List<Double> weights) {
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    return weights.stream().mapToDouble(weight -> weight / total).toArray();
  }

  private long[] counts(Map<String, Long> users) {
    return variants.stream().mapToLong(v -> users.getOrDefault(v, 0L)).toArray();
  }

  private List<ExperimentReport.Arm> arms() {
    List<ExperimentReport.Arm> arms = new ArrayList<>();
    List<List<Double>> eras = List.copyOf(sums.eras().keySet());
    double[] expected = expected();
    for (int i = 0; i < variants.size(); i++) {
      ResultSums.Arm arm = sums.arm(variants.get(i));
      boolean known = !eras.isEmpty() && eras.getLast().size() == variants.size();
      double loss = arm.finished == 0 ? 0 : (double) arm.silent / arm.finished;
      arms.add(
          new ExperimentReport.Arm(
              variants.get(i),
              arm.exposed,
              expected[i],
              arm.finished,
              known ? eras.getLast().get(i) : null,
              loss));
    }
    return arms;
  }

  /** All metrics; p-values of goal and others are corrected together. */
  private List<MetricReport> metrics() {
    List<MetricReport> raw = plan.measured().stream().map(this::metric).toList();
    double[] p =
        raw.stream()
            .filter(metric -> metric.role() != Role.GUARDRAIL)
            .flatMap(metric -> metric.comparisons().stream())
            .mapToDouble(Comparison::p)
            .toArray();
    double[] corrected =
        switch (plan.correction()) {
          case HOLM -> MultipleTesting.holm(p);
          case BENJAMINI_HOCHBERG -> MultipleTesting.benjaminiHochberg(p);
          case NONE -> p;
        };
    var next = Arrays.stream(corrected).iterator();
    List<MetricReport> metrics = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      metrics.add(finished(raw.get(i), plan.measured().get(i).metric(), next));
    }
    return metrics;
  }

  private MetricReport finished(
      MetricReport report, Metric metric, PrimitiveIterator.OfDouble corrected) {
    ComparisonWords words = new ComparisonWords(metric, plan.alpha(), report.values());
    List<Comparison> comparisons = new ArrayList<>();
    for (Comparison raw : report.comparisons()) {
      double p = report.role() == Role.GUARDRAIL ? raw.p() : corrected.nextDouble();
      comparisons.add(raw.corrected(p, words.of(raw, p)));
    }
    return new MetricReport(
        report.metric(),
        report.role(),
        report.higherIsBetter(),
        report.values(),
        comparisons,
        report.notCompared());
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
  private boolean isComparable(Metric metric) {
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

  private Status status(double ratio, List<MetricReport> metrics) {
    if (ratio <= RATIO_ALPHA) {
      return Status.SAMPLE_RATIO_MISMATCH;
    }
    if (metrics.stream().anyMatch(m -> m.role() == Role.GUARDRAIL && moved(m, false))) {
      return Status.HARM;
    }
    MetricReport goal = metrics.isEmpty() ? null : metrics.getFirst();
    if (goal == null
        || days < plan.sample().minDuration().toMillis() / DAY
        || fewest(goal) < plan.sample().minUsers()) {
      return Status.COLLECTING;
    }
    if (moved(goal, true)) {
      return Status.WINNER;
    }
    return moved(goal, false) ? Status.LOSER : Status.UNDECIDED;
  }

  private static long fewest(MetricReport metric) {
    return metric.values().stream().mapToLong(Value::users).min().orElse(0);
  }

  /** Whether some arm's difference is shown, for better or for worse. */
  private boolean moved(MetricReport metric, boolean forBetter) {
    return metric.comparisons().stream()
        .anyMatch(
            c ->
                c.p() <= plan.alpha()
                    && (c.difference() > 0 == metric.higherIsBetter()) == forBetter);
  }

  private String says(Status status) {
    return switch (status) {
      case COLLECTING ->
          "Still collecting: a verdict needs %d users an arm and %.0f days."
              .formatted(plan.sample().minUsers(), plan.sample().minDuration().toMillis() / DAY);
      case SAMPLE_RATIO_MISMATCH ->
          "The arms' sizes are not what their weights promise; find out why before trusting"
              + " anything here.";
      case HARM -> "A guardrail got worse.";
      case WINNER -> "The goal is better than in the control, beyond what chance explains.";
      case LOSER -> "The goal is worse than in the control, beyond what chance explains.";
      case UNDECIDED ->
          isComparable(plan.measured().getFirst().metric())
              ? "No difference is shown so far."
              : "Nothing can be concluded: the weights changed, and quantiles and times don't take"
                  + " that into account. Means, shares and ratios do.";
    };
  }
}
