package dev.attune.core.experiment.measure;

import java.util.List;

/**
 * One experiment that a decision belongs to.
 *
 * @param weights of its arms at the time, in their order
 */
public record Study(String experiment, String variant, List<Double> weights, Plan plan) {}
