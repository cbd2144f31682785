/**
 * How experiments stand, from the sums that feature-streams publishes, and what bandits make of
 * them. Start reading at {@link dev.attune.responses.experiment.ExperimentController}.
 */
@NullMarked
package dev.attune.responses.experiment;

import org.jspecify.annotations.NullMarked;
