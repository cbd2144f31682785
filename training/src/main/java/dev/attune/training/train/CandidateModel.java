package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.DataRange;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.core.scoring.ModelManifest.SelfCheck;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.core.scoring.SentenceModel;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.scoring.VersionTakenException;
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
 * @param split by which they were evaluated
 * @param profile rows of the examples' time, labelled or not
 * @param evaluated the model of the older examples, which the newer ones were shown to
 * @param model the model of all examples
 * @param chosen how the model was trained
 */
record CandidateModel(
    Playbook playbook,
    List<Example> examples,
    TimeSplit split,
    List<ProfileRow> profile,
    TrainedModel evaluated,
    TrainedModel model,
    Hyperparameters chosen,
    Assessment assessment) {
  /** A version in the registry. */
  record Published(String version, Path dir) {}

  /** How many of the newest the evaluation used. */
  int heldOut() {
    return split.newer().size();
  }

  /**
   * Writes the bundle and its report, and makes them the day's next version. A number that another
   * training takes meanwhile is left to it.
   */
  Published publish(ModelRegistry registry, Instant now) throws ModelException {
    String day = now.atZone(ZoneOffset.UTC).toLocalDate().toString();
    for (int number = last(registry, day) + 1; ; number++) {
      try {
        return publish(registry, day + "." + number, now);
      } catch (VersionTakenException e) {
        // by another training: the next number
      }
    }
  }

  private Published publish(ModelRegistry registry, String version, Instant now)
      throws ModelException {
    Path staged = registry.stage();
    try {
      Files.write(staged.resolve(BundleFiles.MODEL), model.trees());
      for (Map.Entry<String, TextModel> text : model.matrix().texts().entrySet()) {
        text.getValue().write(staged.resolve(text.getKey()));
      }
      for (Map.Entry<String, SentenceModel> read : model.matrix().sentences().entrySet()) {
        read.getValue().write(staged.resolve(read.getKey()));
      }
      Files.writeString(staged.resolve(ModelReport.FILE), ModelReport.of(version, this));
      Files.writeString(staged.resolve(HtmlReport.FILE), HtmlReport.of(version, now, this));
      var unused = BundleFiles.seal(staged, manifest(version, now));
      return new Published(version, registry.publish(staged, version));
    } catch (IOException e) {
      throw new ModelException("The version can't be written to " + registry.place() + ".", e);
    } finally {
      Folders.delete(staged);
    }
  }

  /** The day's last number; 0: it has none yet. */
  private static int last(ModelRegistry registry, String day) throws ModelException {
    return registry.versions().stream()
        .map(ModelRegistry.Entry::version)
        .filter(version -> version.matches(day + "\\.\\d{1,6}"))
        .mapToInt(version -> Integer.parseInt(version.substring(day.length() + 1)))
        .max()
        .orElse(0);
  }

  private ModelManifest manifest(String version, Instant now) {
    List<Reference> references =
        new ArrayList<>(
            DriftReferences.ofFeatures(examples, playbook.features(), model.segments()));
    Evaluation evaluation = assessment.evaluation();
    references.addAll(evaluation.predictions());
    return ModelManifest.builder(playbook.training().model(), version)
        .playbook(playbook.name())
        .columns(playbook.features().id(), model.matrix().encodings())
        .labels(model.labels())
        .evaluated(assessment.metrics(), dataRange())
        .gateFailures(assessment.failures(playbook.training()))
        .comparedWith(assessment.comparedWith(playbook.training()))
        .needs(playbook.training().needs())
        .calibration(model.calibration())
        .sentenceShare(model.blend().share())
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
        heldOut(),
        label == null ? List.of() : label.moments());
  }

  private List<SelfCheck> selfChecks() {
    List<SelfCheck> checks = new ArrayList<>();
    RowEncoder encoder = model.matrix().encoder();
    SelfCheckMessages messages = new SelfCheckMessages(model.matrix().sentences().values());
    for (FeatureRow row : SelfCheckRows.from(examples)) {
      float[] message = messages.next();
      float[] encoded = encoder.encode(row, message);
      checks.add(SelfChecks.record(row, message, encoded, model.forest().margins(encoded)));
    }
    return checks;
  }
}
