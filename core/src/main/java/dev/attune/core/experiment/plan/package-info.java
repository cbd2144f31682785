/**
 * What an experiment declares before it begins: its metrics and how it is judged. Start at {@link
 * dev.attune.core.experiment.plan.AnalysisPlan}.
 */
@NullMarked
package dev.attune.core.experiment.plan;

import org.jspecify.annotations.NullMarked;
