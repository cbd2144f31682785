/** Files of past events. Start at {@link dev.attune.training.events.EventFile}. */
@NullMarked
package dev.attune.training.events;

import org.jspecify.annotations.NullMarked;
