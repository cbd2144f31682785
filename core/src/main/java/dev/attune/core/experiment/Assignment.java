package dev.attune.core.experiment;

/**
 * A user's arm.
 *
 * @param personalize false: the control group, which gets the generic reply
 */
public record Assignment(String experiment, String variant, boolean personalize) {}
