/** Events to a model version. Start at {@link dev.attune.training.train.Trainer}. */
@NullMarked
package dev.attune.training.train;

import org.jspecify.annotations.NullMarked;
