package dev.attune.inference.scoring;

import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.avro.LabelProbability;
import java.util.List;

/** What became of a task. */
public sealed interface ScoreResult {
  /**
   * Worth storing.
   *
   * @param ranked the highest probability first; empty when the model failed on the row: then
   *     features and segments are stored without a prediction, since every event must reach its
   *     version and an older prediction must not pass for this event's
   */
  record Predicted(
      ScoreTask.Score task, ServedModel model, List<LabelProbability> ranked, float[] textScores)
      implements ScoreResult {
    boolean isBlank() {
      return ranked.isEmpty();
    }
  }

  /** Nothing to store. */
  record NotStored(ScoringAnswer answer) implements ScoreResult {}
}
