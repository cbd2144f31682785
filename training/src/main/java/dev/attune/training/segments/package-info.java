/**
 * Trying edited segments on history. Start at {@link dev.attune.training.segments.SegmentTrial}.
 */
@NullMarked
package dev.attune.training.segments;

import org.jspecify.annotations.NullMarked;
