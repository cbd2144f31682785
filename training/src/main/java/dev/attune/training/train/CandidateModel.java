package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.DataRange;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.core.scoring.ModelManifest.SelfCheck;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.schemas.json.Rfc3339;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model that may become a version, with what is known of it.
 *
 * @param examples it learned from, oldest first
 * @param heldOut how many of the newest the evaluation used
 * @param profile rows of the examples' time, labelled or not
 */
record CandidateModel(
    Playbook playbook,
    List<Example> examples,
    int heldOut,
    List<ProfileRow> profile,
    TrainedModel model,
    Evaluation evaluation) {
  /** A version in the registry. */
  record Published(String version, Path dir) {}

  /** Writes the bundle and its report, and makes them the day's next version. */
  Published publish(ModelRegistry registry, Instant now) throws ModelException {
    String version = nextVersion(registry, now);
    Path staged = registry.stage();
    try {
      Files.write(staged.resolve(BundleFiles.MODEL), model.trees());
      for (Map.Entry<String, TextModel> text : model.matrix().texts().entrySet()) {
        text.getValue().write(staged.resolve(text.getKey()));
      }
      Files.writeString(staged.resolve(ModelReport.FILE), ModelReport.of(version, this));
      var unused = BundleFiles.seal(staged, manifest(version, now));
      return new Published(version, registry.publish(staged, version));
    } catch (IOException e) {
      throw new ModelException("The version can't be written to " + registry.place() + ".", e);
    }
  }

  /** The day and the next free number. */
  private static String nextVersion(ModelRegistry registry, Instant now) throws ModelException {
    String day = now.atZone(ZoneOffset.UTC).toLocalDate().toString();
    int last =
        registry.versions().stream()
            .map(ModelRegistry.Entry::version)
            .filter(version -> version.matches(day + "\\.\\d{1,6}"))
            .mapToInt(version -> Integer.parseInt(version.substring(day.length() + 1)))
            .max()
            .orElse(0);
    return day + "." + (last + 1);
  }

  private ModelManifest manifest(String version, Instant now) {
    List<Reference> references =
        new ArrayList<>(
            DriftReferences.ofFeatures(examples, playbook.features(), model.segments()));
    references.addAll(evaluation.predictions());
    return ModelManifest.builder(playbook.training().model(), version)
        .playbook(playbook.name())
        .columns(playbook.features().id(), model.matrix().encodings())
        .labels(model.labels())
        .evaluated(evaluation.named(), dataRange())
        .gateFailures(playbook.training().failures(evaluation.named()))
        .created(now.toString())
        .selfCheck(selfChecks())
        .references(references)
        .referencesByAge(
            DriftReferences.merged(
                DriftReferences.ofFeaturesByAge(profile, playbook.features(), model.segments()),
                evaluation.predictionsByAge()))
        .build();
  }

  private DataRange dataRange() {
    TrainingSpec.Label label = playbook.training().label();
    return new DataRange(
        Rfc3339.format(examples.getFirst().time()),
        Rfc3339.format(examples.getLast().time()),
        examples.size(),
        heldOut,
        label == null ? List.of() : label.moments());
  }

  private List<SelfCheck> selfChecks() {
    List<SelfCheck> checks = new ArrayList<>();
    for (FeatureRow row : SelfCheckRows.from(examples)) {
      float[] encoded = model.encode(row);
      checks.add(SelfChecks.record(row, encoded, model.forest().margins(encoded)));
    }
    return checks;
  }
}
