/**
 * How an experiment's effect came to be what it is. Asks response-api how experiments go, and keeps
 * the goal's differences with their intervals. Start reading at {@link
 * dev.attune.console.effects.EffectWatch}.
 */
@NullMarked
package dev.attune.console.effects;

import org.jspecify.annotations.NullMarked;
