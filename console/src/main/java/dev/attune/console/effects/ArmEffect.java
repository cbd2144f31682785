package dev.attune.console.effects;

/**
 * How far an arm was from the control, in the metric's unit.
 *
 * @param low the least that it truly may have been, at 95 % whenever one looks
 * @param high the most
 */
record ArmEffect(String variant, double difference, double low, double high) {}
