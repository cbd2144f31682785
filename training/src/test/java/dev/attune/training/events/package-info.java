/** Files of past events, for tests. */
@NullMarked
package dev.attune.training.events;

import org.jspecify.annotations.NullMarked;
