package dev.attune.streams.topology;

import dev.attune.core.user.Step;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserProfile;

/** Puts what is known of a user into the record that everything else can be refilled from. */
final class UserProfiles {

  private UserProfiles() {}

  static UserProfile of(
      InteractionEvent event, Position position, FeatureVector vector, Step step) {
    return builder(step.state(), vector)
        .setSessionId(event.getSessionId())
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setReceivedAt(event.getReceivedAt())
        .setSegments(step.segments())
        .build();
  }

  /** As the row tells it, without the event that changed it last. */
  static UserProfile of(UserState state, FeatureVector vector) {
    Position position = state.position();
    return builder(state, vector)
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setReceivedAt(state.newestReceivedMillis())
        .setSegments(state.segments())
        .build();
  }

  private static UserProfile.Builder builder(UserState state, FeatureVector vector) {
    return UserProfile.newBuilder()
        .setUserId(state.userId())
        .setOccurredAt(state.newestMillis())
        .setVector(vector)
        .setArms(state.arms());
  }
}
