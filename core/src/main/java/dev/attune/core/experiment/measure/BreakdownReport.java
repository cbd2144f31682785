package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.measure.ExperimentReport.MetricReport;
import java.util.List;

/**
 * An experiment's metrics for parts of its users.
 *
 * @param dimension {@code channel} or {@code segment}
 * @param parts in order of their values
 */
public record BreakdownReport(String experiment, String dimension, List<Part> parts) {
  /**
   * Users of one channel, or of one segment. A user in several segments is in several parts.
   *
   * @param value empty: the channel isn't known, or the user was in no segment
   * @param metrics in the plan's order; p-values are corrected for all parts
   */
  public record Part(String value, List<MetricReport> metrics) {}
}
