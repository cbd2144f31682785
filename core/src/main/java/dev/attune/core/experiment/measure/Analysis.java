package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.MetricReport;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.experiment.measure.ExperimentReport.Value;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.AnalysisPlan.Measured;
import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.statistics.ArmValue;
import dev.attune.core.experiment.statistics.SampleRatio;
import dev.attune.core.experiment.statistics.ThompsonSampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
  private final double days;
  private final MetricComparisons comparisons;

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
    this.days = sums.exposed() == 0 ? 0 : Math.max(0, nowMillis - sums.firstExposureAt()) / DAY;
    this.comparisons = comparisons(sums);
  }

  /** While users came: then everybody has to be weighed by the weights of their time. */
  private boolean weightsChanged() {
    long different =
        sums.eras().entrySet().stream()
            .filter(era -> era.getValue().values().stream().anyMatch(users -> users > 0))
            .map(era -> Arrays.stream(normalised(era.getKey())).boxed().toList())
            .distinct()
            .count();
    return different > 1;
  }

  private MetricComparisons comparisons(ResultSums of) {
    return new MetricComparisons(plan, variants, of, days, weightsChanged());
  }

  public ExperimentReport report() {
    double ratio = sampleRatioP();
    List<MetricReport> metrics = new CorrectedComparisons(plan).ofWhole(comparisons.reports());
    Status status = status(ratio, metrics);
    return new ExperimentReport(experiment, status, says(status), ratio, days, arms(), metrics);
  }

  /**
   * The same metrics for each part of the users. Nothing was planned for parts and there are many
   * of them, so there is no verdict, and all their p-values are corrected together.
   *
   * @param dimension by which users are parted
   * @param parts by their value; an arm's sums of each
   */
  public BreakdownReport breakdown(String dimension, Map<String, ResultSums> parts) {
    var sorted = new TreeMap<>(parts);
    List<MetricReport> raw =
        sorted.values().stream().flatMap(of -> comparisons(of).reports().stream()).toList();
    var corrected = new CorrectedComparisons(plan).ofParts(raw).iterator();
    List<BreakdownReport.Part> reports = new ArrayList<>();
    for (String value : sorted.keySet()) {
      List<MetricReport> metrics = plan.measured().stream().map(_ -> corrected.next()).toList();
      reports.add(new BreakdownReport.Part(value, metrics));
    }
    return new BreakdownReport(experiment, dimension, reports);
  }

  /** A bandit's weights for new users, by the goal. */
  public double[] banditWeights(long seed) {
    Measured goal = plan.measured().getFirst();
    List<ArmValue> values = comparisons.values(goal.metric());
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
          comparisons.isComparable(plan.measured().getFirst().metric())
              ? "No difference is shown so far."
              : "Nothing can be concluded: the weights changed, and quantiles and times don't take"
                  + " that into account. Means, shares and ratios do.";
    };
  }
}
