package dev.attune.inference.scoring;

import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.avro.LabelProbability;
import java.util.List;

/** What the model made of a task. */
public sealed interface Judgement {

  /**
   * Worth storing.
   *
   * @param ranked the highest probability first; empty when the model failed on the row: then
   *     features and segments are stored without a prediction, since every event must reach its
   *     version and an older prediction must not pass for this event's
   */
  record Predicted(
      ScoreTask.Score task, ServedModel model, List<LabelProbability> ranked, float[] textScores)
      implements Judgement {

    boolean isBlank() {
      return ranked.isEmpty();
    }
  }

  /** Nothing to store. */
  record Settled(Answer answer) implements Judgement {}
}
