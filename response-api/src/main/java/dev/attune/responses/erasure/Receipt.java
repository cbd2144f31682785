package dev.attune.responses.erasure;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one erasure. Immutable; records of the same receipt are merged into one.
 *
 * @param hashKey tells which secret made the hash
 * @param position of the erasing event
 * @param stateErasedAt when the feature state was emptied; null: not yet
 * @param predictionErasedAt when the prediction store was seen empty; null: not yet
 * @param exportErasedAt when the exported files were rewritten; null: not yet, or there are none
 */
record Receipt(
    String id,
    String userHash,
    String hashKey,
    Position position,
    long requestedAt,
    @Nullable Long stateErasedAt,
    @Nullable Long predictionErasedAt,
    @Nullable Long exportErasedAt) {
  static Receipt of(Erasure erasure) {
    return new Receipt(
        erasure.getReceiptId(),
        erasure.getUserHash(),
        erasure.getHashKey(),
        new Position(erasure.getEpoch(), erasure.getPartition(), erasure.getOffset()),
        erasure.getRequestedAt(),
        erasure.getStateErasedAt(),
        erasure.getPredictionErasedAt(),
        erasure.getExportErasedAt());
  }

  Receipt merge(Receipt other) {
    return new Receipt(
        id,
        userHash,
        hashKey,
        position,
        Math.min(requestedAt, other.requestedAt),
        earlier(stateErasedAt, other.stateErasedAt),
        earlier(predictionErasedAt, other.predictionErasedAt),
        earlier(exportErasedAt, other.exportErasedAt));
  }

  private static @Nullable Long earlier(@Nullable Long a, @Nullable Long b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return (Long) Math.min(a, b);
  }

  Receipt withPredictionErasedAt(long at) {
    return merge(new Receipt(id, userHash, hashKey, position, requestedAt, null, at, null));
  }

  /** Whether the services' own stores are empty. */
  boolean isComplete() {
    return stateErasedAt != null && predictionErasedAt != null;
  }

  Erasure toAvro() {
    return Erasure.newBuilder()
        .setReceiptId(id)
        .setUserHash(userHash)
        .setHashKey(hashKey)
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setRequestedAt(requestedAt)
        .setStateErasedAt(stateErasedAt)
        .setPredictionErasedAt(predictionErasedAt)
        .setExportErasedAt(exportErasedAt)
        .build();
  }
}
