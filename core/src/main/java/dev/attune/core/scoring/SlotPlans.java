package dev.attune.core.scoring;

import dev.attune.core.scoring.ModelRegistry.Canary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be changed of who scores whom. Every door asks here, so the same holds at all of them:
 * the gates as the version's manifest has them, its self-check, and today's features and segments.
 * Each method judges the present state and changes nothing; {@link SlotChange#make} does.
 */
public final class SlotPlans {
  private final ModelRegistry registry;
  private final PublishedSegments segments;

  SlotPlans(ModelRegistry registry, PublishedSegments segments) {
    this.registry = registry;
    this.segments = segments;
  }

  /** Whether gates count. */
  public enum Gates {
    ASKED,
    /** It needs somebody's reason. */
    OVERRIDDEN
  }

  /**
   * Makes a version of today's features live.
   *
   * @throws GatesException when a gate failed
   * @throws ModelException when it can't serve
   */
  public SlotChange promote(String version, Gates gates) throws ModelException {
    ModelManifest manifest = checked(version);
    return SlotChange.judged(
        registry,
        state -> {
          if (gates == Gates.ASKED) {
            PromotionGates.of(state).requireForAll(manifest);
          }
          return state == null
              ? LiveState.first(version, manifest.featureSetId())
              : fitting(state, manifest).promoted(version);
        });
  }

  /**
   * Makes a version live, and its features the published ones. What it has to pass in other slots
   * before is not asked: it can't be in one.
   *
   * @throws GatesException when a gate failed
   * @throws ModelException when it can't serve
   */
  public SlotChange promoteWithFeatures(String version, Gates gates) throws ModelException {
    ModelManifest manifest = checked(version);
    return SlotChange.judged(
        registry,
        state -> {
          if (gates == Gates.ASKED) {
            PromotionGates.of(state).requireWithFeatures(manifest);
          }
          return switched(state, manifest.featureSetId(), version);
        });
  }

  /**
   * Says which features are published from now on. Canary and shadow, which know the former ones,
   * end.
   *
   * @param version goes live with them, whatever its gates say, and must know them; null: the live
   *     one stays
   */
  public SlotChange switchFeatures(String featureSetId, @Nullable String version)
      throws ModelException {
    if (version != null && !checked(version).featureSetId().equals(featureSetId)) {
      throw new ModelException(
          "Version %s does not know the features %s.".formatted(version, featureSetId));
    }
    return SlotChange.judged(registry, state -> switched(state, featureSetId, version));
  }

  private static LiveState switched(
      @Nullable LiveState state, String featureSetId, @Nullable String version)
      throws ModelException {
    if (state == null) {
      if (version == null) {
        throw nothingLive();
      }
      return LiveState.first(version, featureSetId);
    }
    LiveState switched = state.withFeatures(featureSetId);
    return version == null ? switched : switched.promoted(version);
  }

  /**
   * Lets a version score a share of the users. Its answers reach people, so gates count.
   *
   * @throws GatesException when a gate failed
   * @throws ModelException when it can't serve
   */
  public SlotChange canary(String version, double share, Gates gates) throws ModelException {
    if (!(share > 0 && share < 1)) {
      throw new ModelException("A canary's share is above 0 and below 100 %.");
    }
    ModelManifest manifest = checked(version);
    return beside(
        version,
        state -> {
          if (gates == Gates.ASKED) {
            PromotionGates.of(state).requireForCanary(manifest);
          }
          return fitting(state, manifest).withCanary(new Canary(version, share));
        });
  }

  /** Lets a version score along, unseen. No gate is asked. */
  public SlotChange shadow(String version) throws ModelException {
    ModelManifest manifest = checked(version);
    return beside(version, state -> fitting(state, manifest).withShadow(version));
  }

  /** The same where a rollout begins: slot and note are one step, whenever a run is killed. */
  SlotChange shadow(RolloutProgress begun) throws ModelException {
    String version = begun.version();
    ModelManifest manifest = checked(version);
    return beside(version, state -> fitting(state, manifest).withShadow(version).noting(begun));
  }

  /** Leaves everybody to the live version. */
  public SlotChange endCanary() throws ModelException {
    return beside("", state -> state.canary() == null ? state : state.withCanary(null));
  }

  /** Ends the shadow. */
  public SlotChange endShadow() throws ModelException {
    return beside("", state -> state.withShadow(null));
  }

  /** Ends the canary, or without one goes back to the version that was live before. */
  public SlotChange rollback() throws ModelException {
    return SlotChange.judged(registry, this::back);
  }

  private LiveState back(@Nullable LiveState state) throws ModelException {
    if (state != null && state.canary() != null) {
      return state.withCanary(null);
    }
    if (state == null || state.history().isEmpty()) {
      throw new ModelException("There is no earlier live version to go back to.");
    }
    String version = state.history().getLast();
    LiveState fitting = fitting(state, checked(version));
    List<String> history = state.history().subList(0, state.history().size() - 1);
    return fitting.withLive(version, List.copyOf(history));
  }

  private SlotChange beside(String version, LiveState.Next next) throws ModelException {
    return SlotChange.judged(registry, whileLive(version, next));
  }

  /** A change while another version is live. */
  static LiveState.Change whileLive(String version, LiveState.Next next) {
    return state -> {
      if (state == null) {
        throw nothingLive();
      }
      if (state.version().equals(version)) {
        throw new ModelException("Version " + version + " is live already.");
      }
      return next.of(state);
    };
  }

  private static ModelException nothingLive() {
    return new ModelException("Nothing is live yet: promote a version first.");
  }

  /** Of a version that passes its self-check and knows today's segments. */
  private ModelManifest checked(String version) throws ModelException {
    ModelManifest manifest = ModelBundle.load(registry.published(version)).manifest();
    segments.check(manifest);
    return manifest;
  }

  /** The same state, if the version knows the features that are published. */
  private LiveState fitting(LiveState state, ModelManifest manifest) throws ModelException {
    String today =
        state.features() != null
            ? state.features()
            : BundleFiles.manifest(registry.published(state.version())).featureSetId();
    if (!manifest.featureSetId().equals(today)) {
      throw new ModelException(
          ("Version %s knows the features %s, but %s are published, which it would refuse. Change"
                  + " the playbook to its features and run ./attune features backfill, which makes"
                  + " it live with them; or choose a version that knows today's.")
              .formatted(manifest.version(), manifest.featureSetId(), today));
    }
    return state;
  }
}
