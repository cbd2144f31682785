package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by the newest part of what may be learned from: the declared settings and, where the
 * playbook asks for it, others from a fixed list; for each the round with the least log loss. How
 * strongly a sentence model is held back is chosen before, by its own loss. The columns are learned
 * once for all of them. The same rows give the same choice, unless the time for it is over before.
 */
final class HyperparameterSearch {
  private static final double NEWER_SHARE = 0.2;

  /** With fewer rows the declared settings stay. */
  private static final int LEAST_ROWS = 100;

  /** Tried after the declared ones, in this order; what they don't name stays as declared. */
  private static final List<Map<String, String>> OTHERS =
      List.of(
          Map.of("max_depth", "6", "eta", "0.1"),
          Map.of("max_depth", "3", "eta", "0.2"),
          Map.of("max_depth", "5", "eta", "0.05", "min_child_weight", "4"),
          Map.of("max_depth", "4", "eta", "0.1", "subsample", "0.6"),
          Map.of("max_depth", "8", "eta", "0.05", "colsample_bytree", "0.4"),
          Map.of("max_depth", "2", "eta", "0.3"),
          Map.of("max_depth", "6", "eta", "0.1", "lambda", "10"),
          Map.of("max_depth", "4", "eta", "0.05", "min_child_weight", "1"),
          Map.of("max_depth", "5", "eta", "0.15", "gamma", "1"),
          Map.of("max_depth", "3", "eta", "0.1", "colsample_bytree", "0.8"),
          Map.of("max_depth", "7", "eta", "0.03", "subsample", "0.8"));

  private HyperparameterSearch() {}

  /**
   * @param examples that may be learned from, oldest first
   * @param encoder of the messages; null: they aren't read
   */
  static Hyperparameters run(
      List<Example> examples,
      Playbook playbook,
      @Nullable SentenceEncoder encoder,
      Progress progress) {
    TrainingSpec.Boosting boosting = playbook.training().boosting();
    Hyperparameters declared = Hyperparameters.declared(boosting);
    if (examples.size() < LEAST_ROWS) {
      return declared;
    }
    TimeSplit split = TimeSplit.of(examples, NEWER_SHARE);
    TrainedColumns columns;
    double penalty = SentenceTrainer.PENALTY;
    try {
      if (encoder != null) {
        progress.phase("choosing settings: sentence model", 0);
        penalty = penalty(split, playbook.training(), encoder);
      }
      columns =
          TrainedColumns.fit(
              split.older(), playbook, encoder, penalty, "choosing settings", progress);
    } catch (UserFault e) {
      return declared; // the older part alone has too little of a label
    }
    List<Example> newer =
        split.newer().stream().filter(e -> columns.labels().contains(e.label())).toList();
    return newer.isEmpty() ? declared : best(columns, newer, boosting, penalty, progress);
  }

  private static double penalty(TimeSplit split, TrainingSpec spec, SentenceEncoder encoder) {
    List<String> labels = TrainedColumns.labels(split.older(), spec.label());
    List<Example> known =
        Stream.concat(split.older().stream(), split.newer().stream())
            .filter(example -> labels.contains(example.label()))
            .toList();
    int[] truths = known.stream().mapToInt(e -> labels.indexOf(e.label())).toArray();
    int older =
        (int) split.older().stream().filter(example -> labels.contains(example.label())).count();
    float[] weights = TrainedColumns.weights(spec, Arrays.copyOf(truths, older), labels.size());
    return new SentenceTrainer(known, truths, labels.size(), encoder, weights)
        .penalty(
            IntStream.range(0, older).toArray(), IntStream.range(older, known.size()).toArray());
  }

  private static Hyperparameters best(
      TrainedColumns columns,
      List<Example> newer,
      TrainingSpec.Boosting boosting,
      double penalty,
      Progress progress) {
    List<TreeTrainer.Trial> trials = new ArrayList<>();
    long until = System.nanoTime() + boosting.searchTime().toNanos();
    for (Map<String, String> parameters : candidates(boosting)) {
      if (!trials.isEmpty() && System.nanoTime() > until) {
        progress.note(
            "%d of %d settings tried within %s"
                .formatted(trials.size(), boosting.candidates(), boosting.searchTime()));
        break;
      }
      progress.phase("choosing settings: trees", boosting.rounds());
      trials.add(
          TreeTrainer.trial(
              columns,
              newer,
              new Hyperparameters(boosting.rounds(), parameters, 1, 0, penalty),
              boosting.earlyStopping(),
              progress));
    }
    return Collections.min(trials, Comparator.comparingDouble(TreeTrainer.Trial::loss)).chosen();
  }

  private static List<Map<String, String>> candidates(TrainingSpec.Boosting boosting) {
    List<Map<String, String>> all = new ArrayList<>();
    all.add(boosting.parameters());
    for (Map<String, String> other : OTHERS.subList(0, boosting.candidates() - 1)) {
      Map<String, String> parameters = new HashMap<>(boosting.parameters());
      parameters.putAll(other);
      all.add(parameters);
    }
    return all;
  }
}
