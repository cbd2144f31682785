package dev.attune.cli.features;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.ServerException;
import dev.attune.training.UserFault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that will score the changed features. A live model of other features rejects them.
 *
 * @param features the id of the changed features
 * @param version the version to make live with the switch; null if there is none, or if it is
 *     already live
 */
record MatchingModel(ModelRegistry registry, String features, @Nullable String version) {
  /**
   * Finds the newest version that knows these features and passes its gates.
   *
   * @param withoutModel whether it is fine that no version does
   * @throws ServerException if a model is live, no version does, and {@code withoutModel} is false
   */
  static MatchingModel find(ModelRegistry registry, Playbook playbook, boolean withoutModel) {
    String features = playbook.features().id();
    try {
      var live = registry.live();
      if (live.isEmpty() || fits(registry, live.get().version(), playbook)) {
        return new MatchingModel(registry, features, null);
      }
      List<ModelRegistry.Entry> versions = registry.versions();
      for (ModelRegistry.Entry entry : versions.reversed()) {
        if (fits(registry, entry.version(), playbook)) {
          return new MatchingModel(registry, features, entry.version());
        }
      }
    } catch (ModelException e) {
      throw new ServerException("The models can't be read: " + e.getMessage(), e);
    }
    if (withoutModel) {
      return new MatchingModel(registry, features, null);
    }
    throw new ServerException(
        "No model that passes its gates knows the changed features. Train one with ./attune train"
            + " events.jsonl, or use --without-model. Until there is one, nobody is scored: the"
            + " last predictions are used until they are stale, then replies are generic.");
  }

  private static boolean fits(ModelRegistry registry, String version, Playbook playbook)
      throws ModelException {
    ModelManifest manifest = BundleFiles.manifest(registry.published(version));
    return manifest.fits(playbook.features().id(), playbook.segments().definitions())
        && registry.gates().failures(manifest).isEmpty();
  }

  /** Says which features are published from now on, and who scores them. */
  void goLive(Backfill.Slots slots) {
    try {
      if (registry.live().isPresent()) {
        slots.switchFeatures(registry, features, version);
      }
    } catch (ModelException | UserFault e) {
      throw new ServerException(
          "The features were switched, their model was not: %s".formatted(e.getMessage()), e);
    }
  }
}
