/**
 * Models that were trained elsewhere become versions. Start at {@link
 * dev.attune.training.adopt.ModelAdopter}.
 */
@NullMarked
package dev.attune.training.adopt;

import org.jspecify.annotations.NullMarked;
