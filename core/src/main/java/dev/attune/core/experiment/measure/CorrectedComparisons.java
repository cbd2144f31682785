package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.MetricReport;
import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.MultipleTesting;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.function.Predicate;

/** Corrects p-values for the number of comparisons, and says each comparison in words. */
record CorrectedComparisons(AnalysisPlan plan) {
  private static final Predicate<MetricReport> GUARDRAIL = one -> one.role() == Role.GUARDRAIL;

  /** Those of all metrics but guardrails are corrected together: to miss a harm is worse. */
  List<MetricReport> ofWhole(List<MetricReport> reports) {
    return finished(reports, corrected(reports, GUARDRAIL.negate()), raw(reports, GUARDRAIL));
  }

  /** Of many parts some guardrail is soon worse by chance, so they are corrected, too. */
  List<MetricReport> ofParts(List<MetricReport> reports) {
    return finished(reports, corrected(reports, GUARDRAIL.negate()), corrected(reports, GUARDRAIL));
  }

  private double[] corrected(List<MetricReport> reports, Predicate<MetricReport> family) {
    double[] p = raw(reports, family);
    return switch (plan.correction()) {
      case HOLM -> MultipleTesting.holm(p);
      case BENJAMINI_HOCHBERG -> MultipleTesting.benjaminiHochberg(p);
      case NONE -> p;
    };
  }

  private static double[] raw(List<MetricReport> reports, Predicate<MetricReport> family) {
    return reports.stream()
        .filter(family)
        .flatMap(report -> report.comparisons().stream())
        .mapToDouble(Comparison::p)
        .toArray();
  }

  private List<MetricReport> finished(
      List<MetricReport> reports, double[] others, double[] guardrails) {
    var nextOther = Arrays.stream(others).iterator();
    var nextGuardrail = Arrays.stream(guardrails).iterator();
    return reports.stream()
        .map(report -> finished(report, GUARDRAIL.test(report) ? nextGuardrail : nextOther))
        .toList();
  }

  private MetricReport finished(MetricReport report, PrimitiveIterator.OfDouble corrected) {
    ComparisonWords words =
        new ComparisonWords(metric(report.metric()), plan.alpha(), report.values());
    return report.with(
        report.comparisons().stream()
            .map(
                raw -> {
                  double p = corrected.nextDouble();
                  return raw.corrected(p, words.of(raw, p));
                })
            .toList());
  }

  private Metric metric(String name) {
    return plan.metrics().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }
}
