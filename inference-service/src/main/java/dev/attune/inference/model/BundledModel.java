package dev.attune.inference.model;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model that is described by a bundle, wherever its trees are. */
abstract sealed class BundledModel implements ServedModel permits BundleModel, RemoteModel {
  final ModelBundle bundle;
  private final long revision;

  BundledModel(ModelBundle bundle, long revision) {
    this.bundle = bundle;
    this.revision = revision;
  }

  @Override
  public final String name() {
    return bundle.manifest().name();
  }

  @Override
  public final String version() {
    return bundle.manifest().version();
  }

  @Override
  public final long revision() {
    return revision;
  }

  @Override
  public final String featureSetId() {
    return bundle.manifest().featureSetId();
  }

  @Override
  public final @Nullable String misfit(FeatureRow row) {
    return bundle.misfit(row);
  }

  @Override
  public final Optional<ModelManifest> manifest() {
    return Optional.of(bundle.manifest());
  }

  @Override
  public final List<String> labels() {
    return bundle.manifest().labels();
  }

  @Override
  public final int width() {
    return bundle.width();
  }

  @Override
  public final boolean hasNewMessage(FeatureRow row) {
    return bundle.hasNewMessage(row);
  }

  @Override
  public final void readMessage(FeatureRow row) {
    bundle.readMessage(row);
  }
}
