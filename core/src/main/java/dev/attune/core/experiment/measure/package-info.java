/**
 * What an experiment's users do after they were first exposed: declared metrics, each user's own
 * tally, and the arms' sums. Start reading at {@link
 * dev.attune.core.experiment.measure.UserExposures}.
 */
@NullMarked
package dev.attune.core.experiment.measure;

import org.jspecify.annotations.NullMarked;
