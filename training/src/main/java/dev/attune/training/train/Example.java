package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import org.jspecify.annotations.Nullable;

/**
 * Features as they stood right after an event, with the label that a later event told.
 *
 * @param moment the event's type
 * @param time of the event, epoch milliseconds
 * @param age of the user then, since the first event, in milliseconds
 * @param toldAt when the event was that told it, or the row's time over, epoch milliseconds
 * @param knownAt when the label was known, whichever it is
 * @param previousLabel the user's last label known at that time
 */
record Example(
    String userId,
    String moment,
    long time,
    long age,
    FeatureRow row,
    String label,
    long toldAt,
    long knownAt,
    @Nullable String previousLabel) {
  Example withLabel(String other) {
    return new Example(userId, moment, time, age, row, other, toldAt, knownAt, previousLabel);
  }
}
