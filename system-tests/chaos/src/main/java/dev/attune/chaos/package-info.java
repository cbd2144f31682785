/**
 * The fault suite: real processes are killed, paused and cut off under load, then what clients were
 * told is compared with what is there. Start at Scenario; cli.ChaosCommand lists them all.
 */
@NullMarked
package dev.attune.chaos;

import org.jspecify.annotations.NullMarked;
