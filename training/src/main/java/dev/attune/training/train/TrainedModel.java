package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained model, not yet in a bundle.
 *
 * @param labels in the order of the probabilities
 * @param trees XGBoost's own file of them
 */
record TrainedModel(List<String> labels, TrainingMatrix matrix, byte[] trees, FlatForest forest) {
  /**
   * Learns the encodings, then the trees. Examples of rare labels are left out, and those of labels
   * that the playbook doesn't list.
   *
   * @param phase what the user is told that this is for
   * @throws UserFault when there are less than two labels to tell apart
   */
  static TrainedModel fit(
      List<Example> examples, Playbook playbook, String phase, Progress progress)
      throws ModelException {
    TrainingSpec spec = playbook.training();
    List<String> labels = labels(examples, spec.label());
    List<Example> known = examples.stream().filter(e -> labels.contains(e.label())).toList();
    progress.phase(phase + ": features", 0);
    TrainingMatrix matrix =
        new EncodingFitter(known, labels, spec).fit(playbook.features(), playbook.segments());
    progress.phase(phase + ": trees", spec.boosting().rounds());
    byte[] trees = TreeTrainer.train(matrix, labels.size(), spec, progress);
    return new TrainedModel(labels, matrix, trees, FlatForest.read(trees));
  }

  private static List<String> labels(
      List<Example> examples, TrainingSpec.@Nullable Label declared) {
    int leastRows = declared == null ? 1 : declared.minRows();
    Map<String, Integer> counts = new HashMap<>();
    examples.forEach(example -> counts.merge(example.label(), 1, Integer::sum));
    List<String> labels =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= leastRows)
            .map(Map.Entry::getKey)
            .filter(label -> declared == null || declared.learns(label))
            .sorted()
            .toList();
    if (labels.size() < 2) {
      throw new UserFault(
          "A model needs two labels with %d rows each; there %s."
              .formatted(leastRows, labels.isEmpty() ? "is none" : "is one, " + labels.getFirst()));
    }
    return labels;
  }

  /** The segments that it was trained on. */
  List<Encoding.Segment> segments() {
    return matrix.encodings().stream()
        .filter(Encoding.Segment.class::isInstance)
        .map(Encoding.Segment.class::cast)
        .toList();
  }

  float[] encode(FeatureRow row) {
    return matrix.encoder().encode(row);
  }

  float[] probabilities(FeatureRow row) {
    return forest.predict(forest.margins(encode(row)));
  }
}
