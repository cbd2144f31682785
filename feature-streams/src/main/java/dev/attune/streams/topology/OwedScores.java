package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.grpc.ScoreRequest;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The users of one task who are still to be scored, and their requests, made from their rows. */
final class OwedScores {
  /** In place of the time at which a user was marked: the profile isn't published either. */
  private static final Long UNPUBLISHED = 0L;

  private final KeyValueStore<String, Long> marks;
  private final UserStore users;
  private final UserEngine engine;
  private final UserOutput out;

  OwedScores(
      KeyValueStore<String, Long> marks, UserStore users, UserEngine engine, UserOutput out) {
    this.marks = marks;
    this.users = users;
    this.engine = engine;
    this.out = out;
  }

  boolean has(String userId) {
    return marks.get(userId) != null;
  }

  /** A user whose profile is to be published before the score. */
  void addUnpublished(String userId) {
    if (!has(userId)) {
      marks.put(userId, UNPUBLISHED);
    }
  }

  void remove(String userId) {
    marks.delete(userId);
  }

  /** Null when there is no such user any more. */
  @Nullable ScoreRequest request(String userId) {
    UserState state = users.find(userId);
    if (state == null) {
      return null;
    }
    long asOf = state.newestMillis();
    long receivedAt = state.newestReceivedMillis();
    if (state.isErased()) {
      return ScoreRequests.erase(userId, state.position(), asOf, receivedAt);
    }
    FeatureRow row = engine.read(state, asOf);
    if (UNPUBLISHED.equals(marks.get(userId))) {
      out.send(
          TopologyNames.PROFILES,
          userId,
          AppliedEvent.profile(state, null, receivedAt, row),
          receivedAt);
    }
    return ScoreRequests.score(
        userId, null, state.position(), asOf, receivedAt, row, state.segments(), state.arms());
  }
}
