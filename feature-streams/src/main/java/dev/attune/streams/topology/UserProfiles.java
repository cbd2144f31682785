package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.UserProfile;
import org.jspecify.annotations.Nullable;

/** Puts what is known of a user into the record that everything else can be refilled from. */
final class UserProfiles {

  private UserProfiles() {}

  /**
   * @param sessionId of the last event, if that is known
   * @param row features as of the user's newest event
   */
  static UserProfile of(
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
        state.arms());
  }
}
