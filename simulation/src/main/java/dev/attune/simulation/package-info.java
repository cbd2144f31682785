/**
 * Simulated customers of a shop's support bot, the same in the past that a model learns from and in
 * the live demo. Start reading at {@link dev.attune.simulation.Visit}.
 */
@NullMarked
package dev.attune.simulation;

import org.jspecify.annotations.NullMarked;
