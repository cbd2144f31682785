package dev.attune.training.events;

import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A prediction as inference-service would store it, without one. */
public final class OfflinePrediction {
  private OfflinePrediction() {}

  /**
   * @param at when it was predicted, of an event of that moment; epoch milliseconds
   */
  public static StoredPrediction of(ModelBundle model, UserUpdate user, long at) {
    return StoredPrediction.newBuilder()
        .setPartition(0)
        .setOffset(1)
        .setOccurredAt(at)
        .setReceivedAt(at)
        .setPredictedAt(at)
        .setModelName(model.manifest().name())
        .setModelVersion(model.manifest().version())
        .setProbabilities(ranked(model, user))
        .setVector(user.row().toAvro())
        .setSegments(user.segments())
        .build();
  }

  private static List<LabelProbability> ranked(ModelBundle model, UserUpdate user) {
    float[] probabilities = model.score(model.encode(user.row()));
    List<String> labels = model.manifest().labels();
    List<LabelProbability> ranked = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      ranked.add(new LabelProbability(labels.get(i), probabilities[i]));
    }
    ranked.sort(Comparator.comparing(LabelProbability::getProbability).reversed());
    return ranked;
  }
}
