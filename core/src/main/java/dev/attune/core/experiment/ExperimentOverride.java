package dev.attune.core.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people changed of an experiment by hand. It lies over what {@code experiments.yaml} says,
 * also when the file changes later, until it is taken back.
 *
 * @param active whether it runs; null: as the file says
 * @param weights by arm; empty: as the file says
 */
public record ExperimentOverride(@Nullable Boolean active, Map<String, Double> weights) {
  public static final ExperimentOverride NONE = new ExperimentOverride(null, Map.of());

  public ExperimentOverride {
    weights = Map.copyOf(weights);
  }

  /** Whether its weights hold: false when there are none, or the file has other arms by now. */
  public boolean weighs(Experiment declared) {
    return !weights.isEmpty()
        && declared.weightsOwner().isEmpty()
        && declared.mistakeIn(weights).isEmpty();
  }
}
