package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import org.jspecify.annotations.Nullable;

/**
 * Features as they stood after an event, with the label that became known later.
 *
 * @param previousLabel the user's last label known at that time
 */
record LabelledRow(
    String userId, long time, FeatureRow row, String label, @Nullable String previousLabel) {}
