package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.plan.Metric;
import org.jspecify.annotations.Nullable;

/**
 * A user's window of a metric has closed.
 *
 * @param share the probability with which the user was assigned to the arm; 0: not known
 * @param entry what the user enters the metric with; null when the metric says nothing of the user
 */
public record ClosedWindow(
    String experiment,
    String variant,
    Metric metric,
    double covariate,
    double share,
    MetricTally.@Nullable Entry entry) {}
