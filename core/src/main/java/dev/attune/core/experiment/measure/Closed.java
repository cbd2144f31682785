package dev.attune.core.experiment.measure;

import org.jspecify.annotations.Nullable;

/**
 * A user's window of a metric has closed.
 *
 * @param entry what the user enters the metric with; null when the metric says nothing of the user
 */
public record Closed(
    String experiment,
    String variant,
    Metric metric,
    double covariate,
    Tally.@Nullable Entry entry) {}
