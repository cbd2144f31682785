/**
 * How far what comes in and what is predicted moved from the live model's training. Start at {@link
 * dev.attune.inference.drift.DriftMonitor}.
 */
@NullMarked
package dev.attune.inference.drift;

import org.jspecify.annotations.NullMarked;
