package dev.attune.console.effects;

import java.util.List;

/**
 * What an experiment's goal said at one time.
 *
 * @param at epoch seconds
 */
record EffectPoint(long at, String metric, List<ArmEffect> arms) {}
