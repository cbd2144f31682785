package dev.attune.training.adopt;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.SelfCheck;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.core.scoring.TextModel;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Makes a version of a folder. The folder holds a {@code manifest.json} and a model file of
 * XGBoost, or a manifest alone that names a remote model. XGBoost itself scores the self-check
 * rows; whoever later scores them otherwise refuses the version. The margins before the first tree
 * are XGBoost's own too, since a logarithm's last bit is its C library's.
 */
public final class ModelAdopter {
  private static final int CHECKS = 16;
  private static final List<String> MODEL_FILES = List.of("model.ubj", "model.json");

  private final Playbook playbook;
  private final ModelRegistry registry;
  private final Instant now;

  public ModelAdopter(Playbook playbook, ModelRegistry registry, Instant now) {
    this.playbook = playbook;
    this.registry = registry;
    this.now = now;
  }

  /**
   * Publishes the folder's model as a candidate; returns its version.
   *
   * @throws UserFault when the manifest doesn't fit model or playbook
   */
  public String adopt(Path dir) throws ModelException {
    ModelManifest manifest = completed(BundleFiles.manifest(dir));
    Path staged = registry.stage();
    try {
      try {
        copy(dir, staged);
        if (manifest.remote() == null) {
          manifest = checked(staged, manifest);
        }
        var unused = BundleFiles.seal(staged, manifest);
        var unusedToo = registry.publish(staged, manifest.version());
        return manifest.version();
      } finally {
        Folders.delete(staged);
      }
    } catch (IOException e) {
      throw new UserFault("The model in " + dir + " can't be copied.", e);
    }
  }

  private ModelManifest completed(ModelManifest given) {
    if (given.version() == null || given.labels().isEmpty() || given.encodings().isEmpty()) {
      throw new UserFault("The manifest needs a version, labels and encodings.");
    }
    String features = playbook.features().id();
    if (!given.featureSetId().isEmpty() && !given.featureSetId().equals(features)) {
      throw new UserFault(
          "The manifest is for feature set %s, the playbook's is %s: ./attune models manifest."
              .formatted(given.featureSetId(), features));
    }
    checkSegments(given);
    if (given.encodings().stream().anyMatch(Encoding.Sentence.class::isInstance)) {
      throw new UserFault("A model of your own can't read the message by a sentence encoder.");
    }
    String name = given.name() == null ? playbook.training().model() : given.name();
    return ModelManifest.builder(name, given.version())
        .playbook(playbook.name())
        .columns(features, given.encodings())
        .labels(given.labels())
        .evaluated(given.metrics(), given.data())
        .gateFailures(playbook.training().failures(given.metrics()))
        .needs(playbook.training().needs())
        .created(given.created().isEmpty() ? now.toString() : given.created())
        .selfCheck(given.selfCheck())
        .references(given.references())
        .referencesByAge(given.referencesByAge())
        .remote(given.remote())
        .build();
  }

  private void checkSegments(ModelManifest given) {
    List<String> definitions = playbook.segments().definitions();
    for (Encoding.Segment segment : given.segments()) {
      if (!definitions.contains(segment.definition())) {
        throw new UserFault(
            "The manifest's %s is by a definition (%s) that the playbook doesn't have: ./attune models manifest."
                .formatted(segment.feature(), segment.definition()));
      }
    }
  }

  /** Plain files only, the model under its own name in a bundle. */
  private static void copy(Path dir, Path staged) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(BundleFiles.MANIFEST)) {
          Files.copy(file, staged.resolve(MODEL_FILES.contains(name) ? BundleFiles.MODEL : name));
        }
      }
    }
  }

  private ModelManifest checked(Path staged, ModelManifest manifest)
      throws IOException, ModelException {
    Path model = staged.resolve(BundleFiles.MODEL);
    if (!Files.exists(model)) {
      throw new UserFault("There is neither model.ubj nor model.json beside the manifest.");
    }
    byte[] file = BundleFiles.model(model);
    RowEncoder encoder = encoder(staged, manifest);
    FlatForest forest = FlatForest.read(file);
    if (encoder.width() != forest.width()) {
      throw new UserFault(
          "The manifest's encodings give %d columns, the model reads %d."
              .formatted(encoder.width(), forest.width()));
    }
    List<FeatureRow> rows = new RandomRows(playbook, manifest).draw(CHECKS);
    List<float[]> encoded = rows.stream().map(encoder::encode).toList();
    List<float[]> margins = XgboostOracle.margins(file, encoded);
    List<SelfCheck> checks = new ArrayList<>(manifest.selfCheck());
    for (int i = 0; i < rows.size(); i++) {
      checks.add(SelfChecks.record(rows.get(i), encoded.get(i), margins.get(i)));
    }
    float[] base = XgboostOracle.baseMargins(file, forest.width(), forest.outputs());
    return manifest.toBuilder().selfCheck(checks).baseMargins(SelfChecks.list(base)).build();
  }

  private static RowEncoder encoder(Path dir, ModelManifest manifest)
      throws IOException, ModelException {
    Map<String, TextModel> texts = new HashMap<>();
    for (Encoding encoding : manifest.encodings()) {
      if (encoding instanceof Encoding.Text text) {
        texts.put(Objects.requireNonNull(text.file()), TextModel.read(dir.resolve(text.file())));
      }
    }
    return new RowEncoder(manifest.encodings(), texts);
  }
}
