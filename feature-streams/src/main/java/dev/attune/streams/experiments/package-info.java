/**
 * Experiments on the stream: decisions and events of the same user meet in one task, and the arms'
 * sums leave for {@code experiment-results} in the same transaction. Start reading at {@link
 * dev.attune.streams.experiments.ExperimentBranch}.
 */
@NullMarked
package dev.attune.streams.experiments;

import org.jspecify.annotations.NullMarked;
