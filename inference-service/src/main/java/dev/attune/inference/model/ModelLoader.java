package dev.attune.inference.model;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SentenceEncoders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a version of the registry ready to serve: load, self-check, warm. */
final class ModelLoader {
  private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);

  private final ModelRegistry registry;
  private final SentenceEncoders encoders;
  private final RemoteSecret secret;

  ModelLoader(ModelRegistry registry, SentenceEncoders encoders, RemoteSecret secret) {
    this.registry = registry;
    this.encoders = encoders;
    this.secret = secret;
  }

  ServedModel load(String version) throws ModelException {
    ModelBundle bundle = ModelBundle.load(registry.published(version), encoders);
    ModelManifest.Remote remote = bundle.manifest().remote();
    return remote == null ? local(bundle) : remote(bundle, remote);
  }

  private static ServedModel local(ModelBundle bundle) {
    var model = new BundleModel(bundle, 0);
    log.info("Model {} is warm: {} stored requests scored", model.version(), model.warm());
    return model;
  }

  private ServedModel remote(ModelBundle bundle, ModelManifest.Remote remote)
      throws ModelException {
    String shown = secret.shownTo(remote);
    ServedModel fallback = fallback(bundle, remote.fallback());
    var model = new RemoteModel(bundle, new RemoteServer(remote, shown), fallback, 0);
    try {
      model.check();
      return model;
    } catch (ModelException e) {
      model.close();
      throw e;
    }
  }

  private @Nullable ServedModel fallback(ModelBundle bundle, @Nullable String version)
      throws ModelException {
    if (version == null) {
      return null;
    }
    ModelBundle fallback = ModelBundle.load(registry.published(version), encoders);
    if (fallback.manifest().remote() != null
        || !fallback.manifest().featureSetId().equals(bundle.manifest().featureSetId())
        || !definitions(bundle).containsAll(definitions(fallback))) {
      throw new ModelException(
          "The fallback "
              + version
              + " must be a local version of the same feature set, and of no other segments.");
    }
    return local(fallback);
  }

  private static List<String> definitions(ModelBundle bundle) {
    return bundle.manifest().segments().stream().map(Encoding.Segment::definition).toList();
  }
}
