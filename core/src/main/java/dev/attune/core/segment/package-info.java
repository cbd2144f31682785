/**
 * Segments: groups of users by conditions over features, with hysteresis. Start at {@link
 * dev.attune.core.segment.SegmentSet}.
 */
@org.jspecify.annotations.NullMarked
package dev.attune.core.segment;
