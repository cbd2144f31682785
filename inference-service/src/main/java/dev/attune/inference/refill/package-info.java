/**
 * Brings everybody's prediction back after Redis lost them or the model changed. Start at {@link
 * dev.attune.inference.refill.Refill}.
 */
@NullMarked
package dev.attune.inference.refill;

import org.jspecify.annotations.NullMarked;
