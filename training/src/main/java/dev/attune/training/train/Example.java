package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import org.jspecify.annotations.Nullable;

/**
 * Features as they stood right after an event, with the label that a later event told.
 *
 * @param time of the event, epoch milliseconds
 * @param previousLabel the user's last label known at that time
 */
record Example(
    String userId, long time, FeatureRow row, String label, @Nullable String previousLabel) {}
