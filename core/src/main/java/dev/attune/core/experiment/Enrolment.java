package dev.attune.core.experiment;

import dev.attune.core.experiment.plan.AnalysisPlan;
import java.util.List;

/**
 * One experiment that a decision belongs to.
 *
 * @param weights of its arms at the time, in their order
 */
public record Enrolment(
    String experiment, String variant, List<Double> weights, AnalysisPlan plan) {}
