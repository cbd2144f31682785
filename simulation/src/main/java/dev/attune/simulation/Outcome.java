package dev.attune.simulation;

import org.jspecify.annotations.Nullable;

/**
 * How a visit ended.
 *
 * @param variant the arm of the experiment that the customer was in; absent when in none
 * @param settledByBot without a human
 */
public record Outcome(
    String userId,
    String intent,
    @Nullable String experiment,
    @Nullable String variant,
    boolean settledByBot,
    int messages) {}
