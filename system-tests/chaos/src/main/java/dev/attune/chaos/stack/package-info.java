/**
 * A stack whose parts may be killed, paused and doubled, and what can be read from it afterwards.
 * Start at ChaosStack.
 */
@NullMarked
package dev.attune.chaos.stack;

import org.jspecify.annotations.NullMarked;
