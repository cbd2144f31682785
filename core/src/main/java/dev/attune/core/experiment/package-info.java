/**
 * Experiments without a warehouse: who gets which arm, and what may be concluded from it. Start
 * reading at {@link dev.attune.core.experiment.Experiments}.
 */
@NullMarked
package dev.attune.core.experiment;

import org.jspecify.annotations.NullMarked;
