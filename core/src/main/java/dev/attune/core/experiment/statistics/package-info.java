/**
 * What may be concluded from an experiment's sums. Pure arithmetic with its sources; start reading
 * at {@link dev.attune.core.experiment.statistics.Effect}.
 */
@NullMarked
package dev.attune.core.experiment.statistics;

import org.jspecify.annotations.NullMarked;
