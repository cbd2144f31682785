package dev.attune.core.experiment;

import dev.attune.core.experiment.plan.AnalysisPlan;
import java.util.List;

/**
 * One experiment that a decision belongs to.
 *
 * @param weights of its arms at the time, in their order
 * @param share the weight of the user's arm, which is the probability of getting into it; 0 when
 *     the weights aren't told
 */
public record Enrolment(
    String experiment, String variant, List<Double> weights, double share, AnalysisPlan plan) {}
