/**
 * The fault suite: real processes are killed, paused and cut off under load, then what clients were
 * told is compared with what is there. Start at Scenario; the command line lists them all, in its
 * {@code ChaosCommand}.
 */
@NullMarked
package dev.attune.chaos;

import org.jspecify.annotations.NullMarked;
