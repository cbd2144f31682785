/** Tests of the dispatcher; the exhaustive one is {@link LaneInterleavingsTest}. */
@NullMarked
package dev.attune.streams.dispatch;

import org.jspecify.annotations.NullMarked;
