package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import java.util.Map;

/**
 * How trees are grown, and how sure of themselves they may be.
 *
 * @param parameters handed to XGBoost as they are
 * @param temperature what margins are divided by, see {@link dev.attune.core.scoring.Calibration}
 */
record Hyperparameters(int rounds, Map<String, String> parameters, float temperature) {
  /** As the playbook declares them. */
  static Hyperparameters declared(TrainingSpec.Boosting boosting) {
    return new Hyperparameters(boosting.rounds(), boosting.parameters(), 1);
  }

  Hyperparameters withTemperature(float other) {
    return new Hyperparameters(rounds, parameters, other);
  }

  /** Short, for people. */
  String text() {
    return "%d rounds, depth %s, eta %s, temperature %.2f"
        .formatted(rounds, parameters.get("max_depth"), parameters.get("eta"), temperature);
  }
}
