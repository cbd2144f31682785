package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import java.util.Map;

/**
 * How trees are grown, and how sure of themselves they may be.
 *
 * @param parameters handed to XGBoost as they are
 * @param temperature what margins are divided by, see {@link dev.attune.core.scoring.Calibration}
 * @param sentenceShare how much the sentence model counts, see {@link
 *     dev.attune.core.scoring.Blend}
 * @param sentencePenalty how strongly the sentence model's weights are held back, see {@link
 *     LogisticLoss}
 */
record Hyperparameters(
    int rounds,
    Map<String, String> parameters,
    float temperature,
    float sentenceShare,
    double sentencePenalty) {
  /** As the playbook declares them. */
  static Hyperparameters declared(TrainingSpec.Boosting boosting) {
    return new Hyperparameters(
        boosting.rounds(), boosting.parameters(), 1, 0, SentenceTrainer.PENALTY);
  }

  Hyperparameters with(Pooling pooling) {
    return new Hyperparameters(
        rounds, parameters, pooling.temperature(), pooling.sentenceShare(), sentencePenalty);
  }

  /** Short, for people. */
  String text() {
    return "%d rounds, depth %s, eta %s, temperature %.2f%s"
        .formatted(
            rounds,
            parameters.get("max_depth"),
            parameters.get("eta"),
            temperature,
            sentenceShare > 0
                ? ", sentence model %.0f %%, its penalty %s"
                    .formatted(100 * sentenceShare, sentencePenalty)
                : "");
  }
}
