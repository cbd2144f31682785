/**
 * How experiments stand, from the sums that feature-streams publishes, what bandits make of them,
 * and what people change by hand. Start reading at {@link
 * dev.attune.responses.experiment.ExperimentController}, of changes at {@link
 * dev.attune.responses.experiment.StateController}.
 */
@NullMarked
package dev.attune.responses.experiment;

import org.jspecify.annotations.NullMarked;
