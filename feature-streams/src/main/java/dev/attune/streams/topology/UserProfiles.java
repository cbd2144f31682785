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
    UserState state = step.state();
    return new UserProfile(
        state.userId(),
        event.getSessionId(),
        position.epoch(),
        position.partition(),
        position.offset(),
        state.newestMillis(),
        event.getReceivedAt(),
        vector,
        step.segments(),
        state.arms());
  }

  /** As the row tells it, without the event that changed it last. */
  static UserProfile of(UserState state, FeatureVector vector) {
    Position position = state.position();
    return new UserProfile(
        state.userId(),
        null,
        position.epoch(),
        position.partition(),
        position.offset(),
        state.newestMillis(),
        state.newestReceivedMillis(),
        vector,
        state.segments(),
        state.arms());
  }
}
