package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserHasher;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserErased;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.ScoreRequest;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An event, what it has made of its user, and the records that tell it.
 *
 * @param timestamp the event's record's
 * @param opensSession the user had no open session before
 * @param forgottenIds event ids that the user had too many of
 */
record AppliedEvent(
    InteractionEvent event,
    Position position,
    long timestamp,
    UserUpdate update,
    boolean opensSession,
    long forgottenIds) {
  String userId() {
    return event.getUserId();
  }

  boolean isErasure() {
    return update.disposition() == Disposition.ERASED;
  }

  /** Duplicates and stragglers change nothing of a user, hence nothing of what hangs on one. */
  boolean isNews() {
    return isErasure() || update.disposition() == Disposition.COUNTED;
  }

  ScoreRequest scoreRequest() {
    return isErasure()
        ? ScoreRequests.erase(userId(), position, event.getOccurredAt(), event.getReceivedAt())
        : ScoreRequests.score(
            userId(),
            event.getSessionId(),
            position,
            event.getOccurredAt(),
            event.getReceivedAt(),
            update.row(),
            update.segments(),
            update.state().arms());
  }

  SessionFeatures sessionFeatures() {
    return new SessionFeatures(
        userId(),
        event.getSessionId(),
        event.getEventId(),
        event.getType(),
        position.epoch(),
        position.partition(),
        position.offset(),
        event.getOccurredAt(),
        event.getReceivedAt(),
        update.row().toAvro(),
        update.segments(),
        firstSeenAt(),
        update.row().message());
  }

  private @Nullable Long firstSeenAt() {
    OptionalLong first = update.state().firstMillis();
    return first.isPresent() ? first.getAsLong() : null;
  }

  /** Null, a tombstone, for an erased user. */
  @Nullable UserProfile profile() {
    return isErasure()
        ? null
        : profile(update.state(), event.getSessionId(), event.getReceivedAt(), update.row());
  }

  /**
   * What is known of a user; what else there is can be refilled from it.
   *
   * @param sessionId of the last event, if that is known
   * @param row features as of the user's newest event
   */
  static UserProfile profile(
      UserState state, @Nullable String sessionId, long receivedAt, FeatureRow row) {
    Position position = state.position();
    return new UserProfile(
        state.userId(),
        sessionId,
        position.epoch(),
        position.partition(),
        position.offset(),
        state.newestMillis(),
        receivedAt,
        row.toAvro(),
        state.segments(),
        state.arms(),
        row.message());
  }

  Erasure erasure(UserHasher hasher, long now) {
    UserErased detail = event.getUserErased();
    return Erasure.newBuilder()
        .setReceiptId(detail == null ? event.getEventId() : detail.getReceiptId())
        .setUserHash(hasher.hash(userId()))
        .setHashKey(hasher.keyId())
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setRequestedAt(event.getReceivedAt())
        .setStateErasedAt(now)
        .build();
  }
}
