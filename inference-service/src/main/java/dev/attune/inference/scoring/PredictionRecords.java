package dev.attune.inference.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.scoring.ScoreResult.Predicted;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.StoredPrediction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes predictions in their two forms: the store's and the topic's. */
public final class PredictionRecords {
  /** Above every model's: an event that erased its user is never scored. */
  private static final long ERASED = Long.MAX_VALUE;

  private static final TokenBag[] NO_TOKENS = {};

  private PredictionRecords() {}

  /**
   * @param slots that it was predicted with
   * @param trace the traceparent of who asked for it; null when not traced
   */
  public static Write.Put put(
      Predicted predicted, ModelSlots slots, long predictedAt, @Nullable String trace) {
    ScoreTask.Score task = predicted.task();
    String entryId =
        PredictionKey.entryId(
            task.position().epoch(), task.position().offset(), predicted.model().revision());
    return new Write.Put(task.userId(), entryId, stored(predicted, slots, predictedAt), trace);
  }

  public static Write.Erase erase(ScoreTask.Erase task) {
    String entryId =
        PredictionKey.entryId(task.position().epoch(), task.position().offset(), ERASED);
    return new Write.Erase(task.userId(), entryId);
  }

  private static StoredPrediction stored(Predicted predicted, ModelSlots slots, long predictedAt) {
    ScoreTask.Score task = predicted.task();
    ServedModel canary = slots.canary();
    ServedModel live = slots.live();
    return new StoredPrediction(
        task.position().epoch(),
        task.position().partition(),
        task.position().offset(),
        task.occurredAt(),
        task.receivedAt(),
        predictedAt,
        predicted.model().name(),
        predicted.model().version(),
        predicted.ranked(),
        withoutTokens(task.row()).toAvro(),
        task.segments(),
        list(predicted.textScores()),
        task.arms(),
        canary == null ? null : canary.version(),
        canary == null ? 0 : slots.share(),
        canary == null || live == null ? null : live.version());
  }

  /**
   * Readers show numbers and categories; hashes of words would only fill the store, and what was
   * written has no place in it.
   */
  private static FeatureRow withoutTokens(FeatureRow row) {
    return new FeatureRow(
        row.featureSetId(), row.numbers(), row.categories(), NO_TOKENS, row.memberships());
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  static Prediction prediction(Predicted predicted, long predictedAt) {
    ScoreTask.Score task = predicted.task();
    return new Prediction(
        task.userId(),
        task.sessionId(),
        task.position().epoch(),
        task.position().partition(),
        task.position().offset(),
        task.receivedAt(),
        predictedAt,
        predicted.model().name(),
        predicted.model().version(),
        task.row().featureSetId(),
        predicted.ranked().getFirst().getLabel(),
        predicted.ranked());
  }
}
