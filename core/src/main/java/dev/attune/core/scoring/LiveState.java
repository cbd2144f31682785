package dev.attune.core.scoring;

import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.ModelRegistry.Canary;
import dev.attune.core.scoring.ModelRegistry.Live;
import dev.attune.core.scoring.RolloutProgress.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code live.json} holds.
 *
 * @param history oldest first, without the live version
 * @param features the id of the feature set published today; null: the live version's
 * @param rollout the one under way; null: none
 * @param passed the steps that versions have passed on their way, by version, oldest first
 */
record LiveState(
    String version,
    long revision,
    List<String> history,
    @Nullable Canary canary,
    @Nullable String shadow,
    @Nullable String features,
    @Nullable RolloutProgress rollout,
    Map<String, List<Step>> passed) {
  private static final int HISTORY = 50;

  LiveState {
    passed = passed == null ? Map.of() : passed;
  }

  /** The first one. */
  static LiveState first(String version, String features) {
    return new LiveState(version, 1, List.of(), null, null, features, null, Map.of());
  }

  /** What a change makes of the state, null being none; the same state: nothing is written. */
  interface Change {
    LiveState of(@Nullable LiveState state) throws ModelException;
  }

  /** A change while a version is live. */
  interface Next {
    LiveState of(LiveState state) throws ModelException;
  }

  /** Who scores whom. */
  Assignment assignment() {
    return new Assignment(new Live(version, revision), canary, shadow);
  }

  LiveState withCanary(@Nullable Canary next) {
    return new LiveState(version, revision + 1, history, next, shadow, features, rollout, passed);
  }

  /** A shadow changes nobody's predictions, so the revision stays. */
  LiveState withShadow(@Nullable String next) {
    return new LiveState(version, revision, history, canary, next, features, rollout, passed);
  }

  /** Who scores whom stays as it is. */
  LiveState withRollout(@Nullable RolloutProgress next) {
    return new LiveState(version, revision, history, canary, shadow, features, next, passed);
  }

  /**
   * The same with how far a rollout is.
   *
   * @throws ModelException when another version's is under way
   */
  LiveState noting(RolloutProgress next) throws ModelException {
    if (rollout != null && !rollout.version().equals(next.version())) {
      throw new ModelException(
          "The rollout of version " + rollout.version() + " is under way already.");
    }
    return withRollout(next);
  }

  /** A canary or shadow of other features would refuse everybody and leaves its slot. */
  LiveState withFeatures(String next) {
    return next.equals(features)
        ? this
        : new LiveState(version, revision + 1, history, null, null, next, null, passed);
  }

  /**
   * Another live version; it leaves the slot it came from. A canary ends: it was compared with the
   * version before.
   */
  LiveState withLive(String next, List<String> history) {
    return new LiveState(
        next,
        revision + 1,
        history,
        null,
        next.equals(shadow) ? null : shadow,
        features,
        rollout,
        passed);
  }

  /** One more step that a version has passed. */
  LiveState withPassed(String of, Step step) {
    Map<String, List<Step>> all = new LinkedHashMap<>(passed);
    Set<Step> steps = new LinkedHashSet<>(all.getOrDefault(of, List.of()));
    steps.add(step);
    all.remove(of);
    all.put(of, List.copyOf(steps));
    while (all.size() > HISTORY) {
      all.remove(all.keySet().iterator().next());
    }
    return new LiveState(version, revision, history, canary, shadow, features, rollout, all);
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
