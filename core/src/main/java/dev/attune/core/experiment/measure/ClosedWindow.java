package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.plan.Metric;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user's window of a metric has closed.
 *
 * @param share the probability with which the user was assigned to the arm; 0: not known
 * @param slices the parts of the experiment's users that the user belongs to
 * @param entry what the user enters the metric with; null when the metric says nothing of the user
 */
public record ClosedWindow(
    String experiment,
    String variant,
    Metric metric,
    double covariate,
    double share,
    List<ExperimentSlice> slices,
    MetricTally.@Nullable Entry entry) {}
