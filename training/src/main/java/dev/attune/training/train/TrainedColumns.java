package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows as trees see them: what was learned of some examples before any tree is grown.
 *
 * @param labels in the order of the model's outputs
 * @param weights of the labels' rows, 1 on average; null: all weigh alike
 */
record TrainedColumns(List<String> labels, TrainingMatrix matrix, float @Nullable [] weights) {
  /**
   * Examples of rare labels are left out, and those of labels that the playbook doesn't list.
   *
   * @param encoder of the messages; null: they aren't read
   * @param penalty of the sentence model's weights
   * @param phase what the user is told that this is for
   * @throws UserFault when there are less than two labels to tell apart
   */
  static TrainedColumns fit(
      List<Example> examples,
      Playbook playbook,
      @Nullable SentenceEncoder encoder,
      double penalty,
      String phase,
      Progress progress) {
    TrainingSpec spec = playbook.training();
    List<String> labels = labels(examples, spec.label());
    List<Example> known = examples.stream().filter(e -> labels.contains(e.label())).toList();
    progress.phase(phase + ": features", 0);
    TrainingMatrix matrix =
        new EncodingFitter(known, labels, spec, encoder, penalty)
            .fit(playbook.features(), playbook.segments());
    return new TrainedColumns(labels, matrix, weights(spec, matrix.labels(), labels.size()));
  }

  /** The labels that are learned, sorted. */
  static List<String> labels(List<Example> examples, TrainingSpec.@Nullable Label declared) {
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

  /** Margins as they were had all labels weighed alike. */
  float[] unweighted(float[] margins) {
    float[] weights = this.weights;
    if (weights == null) {
      return margins;
    }
    float[] without = new float[margins.length];
    for (int label = 0; label < margins.length; label++) {
      without[label] = margins[label] - (float) Math.log(weights[label]);
    }
    return without;
  }

  /**
   * How much the rows of each label count.
   *
   * @param rows their labels, as indices
   * @return null: all weigh alike
   */
  static float @Nullable [] weights(TrainingSpec spec, int[] rows, int labels) {
    return spec.boosting().balanced() ? balanced(rows, labels) : null;
  }

  /** {@code rows / (labels · rows of the label)}, as scikit-learn's {@code balanced}. */
  private static float[] balanced(int[] rows, int labels) {
    int[] counts = new int[labels];
    for (int label : rows) {
      counts[label]++;
    }
    float[] weights = new float[labels];
    for (int label = 0; label < labels; label++) {
      weights[label] = (float) rows.length / ((float) labels * Math.max(1, counts[label]));
    }
    return weights;
  }
}
