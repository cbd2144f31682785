package dev.attune.predictions;

import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.StoredPrediction;
import java.util.List;

/** Predictions that tell which write they came from. */
final class PredictionSamples {
  private static final long ERASED = Long.MAX_VALUE;

  private PredictionSamples() {}

  static Write.Put put(String user, long offset, long revision) {
    StoredPrediction prediction =
        StoredPrediction.newBuilder()
            .setPartition(1)
            .setOffset(offset)
            .setOccurredAt(0)
            .setReceivedAt(0)
            .setPredictedAt(0)
            .setModelName(user)
            .setModelVersion(Long.toString(revision))
            .setProbabilities(List.of())
            .setVector(new FeatureVector("f", List.of(), List.of(), List.of(), null))
            .build();
    return new Write.Put(user, PredictionKey.entryId(0, offset, revision), prediction);
  }

  static Write.Put put(String user, long offset) {
    return put(user, offset, 1);
  }

  static Write.Erase erase(String user, long offset) {
    return new Write.Erase(user, PredictionKey.entryId(0, offset, ERASED));
  }

  /** Whose it is, of which event, by which model. */
  static String text(StoredEntry entry) {
    StoredPrediction prediction = entry.prediction();
    return "%s %d/%s"
        .formatted(prediction.getModelName(), prediction.getOffset(), prediction.getModelVersion());
  }
}
