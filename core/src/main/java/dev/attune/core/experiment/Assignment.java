package dev.attune.core.experiment;

import java.util.List;

/**
 * A user's arm.
 *
 * @param personalize false: the control group, which gets the generic reply
 * @param weights of all arms at this time, in their order: what the arms' sizes are checked against
 */
public record Assignment(
    String experiment, String variant, boolean personalize, List<Double> weights) {}
