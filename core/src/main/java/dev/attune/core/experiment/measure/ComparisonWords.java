package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.Comparison;
import dev.attune.core.experiment.measure.ExperimentReport.Value;
import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.Interval;
import java.util.List;
import java.util.Locale;

/**
 * A comparison in sentences for the product owner: what was seen, what may be said of it at any
 * time, and what a test planned for a single look would have said.
 *
 * @param alpha below it a p-value shows a difference
 * @param values of all arms, the control's first
 */
record ComparisonWords(Metric metric, double alpha, List<Value> values) {
  /**
   * @param p corrected for the number of comparisons
   */
  String of(Comparison comparison, double p) {
    return seen(comparison) + " " + anyTime(comparison, p) + " " + oneLook(comparison, p);
  }

  private String seen(Comparison comparison) {
    return "`%s`: %s against %s, a difference of %s."
        .formatted(
            comparison.variant(),
            value(comparison.variant()),
            value(values.getFirst().variant()),
            difference(comparison.difference()));
  }

  private String anyTime(Comparison comparison, double p) {
    Interval interval = comparison.interval();
    String range = difference(interval.low()) + " to " + difference(interval.high());
    if (p > alpha && comparison.p() <= alpha) {
      return "Taken alone it would be shown, however often you looked, with a true difference in "
          + range
          + ". But it is one of several, and among so many chance may explain one.";
    }
    return p <= alpha
        ? "Chance does not explain it, however often you looked; the true difference lies in "
            + range
            + "."
        : "Chance may explain it: looked at any time, the true difference may be anything from "
            + range
            + ".";
  }

  private String oneLook(Comparison comparison, double p) {
    double once = comparison.oneLook().p();
    if (once <= alpha && p > alpha) {
      return ("A test planned for one look, exactly now, would have called it a difference"
              + " (p = %s). Don't read it so if you looked before: with every further look chance"
              + " gets another try.")
          .formatted(probability(once));
    }
    return p <= alpha
        ? "A test planned for one look would say so, too."
        : "A test planned for one look would not show a difference either (p = %s)."
            .formatted(probability(once));
  }

  private String value(String variant) {
    double value =
        values.stream()
            .filter(one -> one.variant().equals(variant))
            .map(Value::value)
            .mapToDouble(one -> one == null ? Double.NaN : one)
            .findFirst()
            .orElse(Double.NaN);
    return metric.isShare() ? String.format(Locale.ROOT, "%.2f %%", 100 * value) : shown(value);
  }

  private String difference(double difference) {
    return metric.isShare()
        ? String.format(Locale.ROOT, "%+.2f points", 100 * difference)
        : (difference > 0 ? "+" : "") + shown(difference);
  }

  private static String probability(double p) {
    return String.format(Locale.ROOT, "%.2g", p);
  }

  /** Four digits. */
  private static String shown(double value) {
    return Math.abs(value) >= 1_000
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.4g", value);
  }
}
