package dev.attune.inference.scoring;

import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.avro.LabelProbability;
import java.util.List;

/** What the model made of a task. */
public sealed interface Judgement {

  /** Worth storing; {@code ranked} has the highest probability first. */
  record Predicted(ScoreTask.Score task, ServedModel model, List<LabelProbability> ranked)
      implements Judgement {}

  /** Nothing to store. */
  record Settled(Answer answer) implements Judgement {}
}
