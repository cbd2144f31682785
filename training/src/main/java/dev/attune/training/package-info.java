/** Offline work on events. Start at {@link dev.attune.training.cli.Training}. */
@NullMarked
package dev.attune.training;

import org.jspecify.annotations.NullMarked;
