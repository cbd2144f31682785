package dev.attune.cli.features;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.ServerException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model that scores the changed features: a live one of other features refuses them.
 *
 * @param features the id of the changed features
 * @param version to be made live with the switch; null: none, or it is live already
 */
record MatchingModel(ModelRegistry registry, String features, @Nullable String version) {
  /**
   * The newest version of these features whose gates pass.
   *
   * @throws ServerException when a model is live and none fits, unless that is wanted
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
        "No model that passes its gates knows the changed features: train one with ./attune train"
            + " events.jsonl, or say --without-model (until there is one nobody is scored: what was"
            + " predicted last counts until it is stale, then replies are generic).");
  }

  private static boolean fits(ModelRegistry registry, String version, Playbook playbook)
      throws ModelException {
    ModelManifest manifest = BundleFiles.manifest(registry.published(version));
    return manifest.fits(playbook.features().id(), playbook.segments().definitions())
        && playbook.training().failures(manifest.metrics()).isEmpty();
  }

  /** Tells the registry which features are published from now on, and who scores them. */
  void goLive() {
    try {
      if (registry.live().isPresent()) {
        registry.switchFeatures(features, version);
      }
    } catch (ModelException e) {
      throw new ServerException(
          "The features were switched, their model was not: %s".formatted(e.getMessage()), e);
    }
  }
}
