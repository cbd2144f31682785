package dev.attune.core.scoring;

import dev.attune.core.scoring.ModelRegistry.Canary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code live.json} holds.
 *
 * @param history oldest first, without the live version
 * @param features the id of the feature set published today; null: the live version's
 * @param rollout the one under way; null: none
 */
record LiveState(
    String version,
    long revision,
    List<String> history,
    @Nullable Canary canary,
    @Nullable String shadow,
    @Nullable String features,
    @Nullable RolloutProgress rollout) {
  private static final int HISTORY = 50;

  /** What a change makes of the state, null being none; the same state: nothing is written. */
  interface Change {
    LiveState of(@Nullable LiveState state) throws ModelException;
  }

  /** A change while a version is live. */
  interface Next {
    LiveState of(LiveState state) throws ModelException;
  }

  /** Of the state that is changed, so that nobody changes it in between. */
  interface Condition {
    void require(@Nullable LiveState state) throws ModelException;
  }

  LiveState withCanary(@Nullable Canary next) {
    return new LiveState(version, revision + 1, history, next, shadow, features, rollout);
  }

  /** A shadow changes nobody's predictions, so the revision stays. */
  LiveState withShadow(@Nullable String next) {
    return new LiveState(version, revision, history, canary, next, features, rollout);
  }

  /** Who scores whom stays as it is. */
  LiveState withRollout(@Nullable RolloutProgress next) {
    return new LiveState(version, revision, history, canary, shadow, features, next);
  }

  /** A canary or shadow of other features would refuse everybody and leaves its slot. */
  LiveState withFeatures(String next) {
    return next.equals(features)
        ? this
        : new LiveState(version, revision + 1, history, null, null, next, null);
  }

  /** Another live version; it leaves the slot it came from. */
  LiveState withLive(String next, List<String> history) {
    boolean wasCanary = canary != null && canary.version().equals(next);
    return new LiveState(
        next,
        revision + 1,
        history,
        wasCanary ? null : canary,
        next.equals(shadow) ? null : shadow,
        features,
        rollout);
  }

  /** Another live version; the one that was so before can be gone back to. */
  LiveState promoted(String next) {
    if (version.equals(next)) {
      return this;
    }
    List<String> all = new ArrayList<>(history);
    all.add(version);
    return withLive(next, List.copyOf(all.subList(Math.max(0, all.size() - HISTORY), all.size())));
  }
}
