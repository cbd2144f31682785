/**
 * How well past events are filled, by field and by what sent them, before and lately. Start at
 * {@link dev.attune.training.quality.EventQuality}.
 */
@NullMarked
package dev.attune.training.quality;

import org.jspecify.annotations.NullMarked;
