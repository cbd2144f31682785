package dev.attune.inference.scoring;

import dev.attune.core.scoring.RowScores;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.scoring.ScoreResult.NotStored;
import dev.attune.inference.scoring.ScoreResult.Predicted;
import dev.attune.schemas.avro.LabelProbability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets each task's model score it. Every task gets a result, whatever a model does, and no result
 * holds NaN or infinity. Where a model is away or fails on a row, its fallback scores, if it has
 * one. Without a fallback the two differ: a model that is away is worth another try; a row that
 * makes a model fail would do so again, so it is stored without a prediction.
 */
public final class Predictor {
  private static final Logger log = LoggerFactory.getLogger(Predictor.class);
  private static final Comparator<LabelProbability> HIGHEST_FIRST =
      Comparator.comparing(LabelProbability::getProbability).reversed();

  private Predictor() {}

  /** The results in the order of the tasks. */
  public static List<ScoreResult> predict(ModelSlots slots, List<ScoreTask.Score> tasks) {
    @Nullable ScoreResult[] results = new @Nullable ScoreResult[tasks.size()];
    Map<ServedModel, List<Integer>> byModel = new LinkedHashMap<>();
    for (int i = 0; i < results.length; i++) {
      ScoreTask.Score task = tasks.get(i);
      ServedModel model = slots.forUser(task.userId());
      String misfit = model == null ? null : model.misfit(task.row());
      if (model == null) {
        results[i] = new NotStored(ScoringAnswer.NO_MODEL);
      } else if (misfit != null) {
        results[i] = new NotStored(refused(model, misfit));
      } else {
        byModel.computeIfAbsent(model, m -> new ArrayList<>()).add(i);
      }
    }
    byModel.forEach((model, indexes) -> ask(model, tasks, indexes, results));
    List<ScoreResult> all = new ArrayList<>(results.length);
    for (ScoreResult result : results) {
      if (result == null) {
        throw new IllegalStateException("a task was left without a result");
      }
      all.add(result);
    }
    return all;
  }

  private static ScoringAnswer refused(ServedModel model, String misfit) {
    return ScoringAnswer.refused(
        model.version(), "model %s can't score it: %s".formatted(model.version(), misfit));
  }

  private static void ask(
      ServedModel model,
      List<ScoreTask.Score> tasks,
      List<Integer> indexes,
      @Nullable ScoreResult[] results) {
    try {
      List<RowScores> scores = model.score(indexes.stream().map(i -> tasks.get(i).row()).toList());
      for (int n = 0; n < indexes.size(); n++) {
        int i = indexes.get(n);
        results[i] = result(model, tasks.get(i), scores.get(n));
      }
    } catch (ModelUnavailableException e) {
      ServedModel fallback = model.fallback();
      if (fallback != null) {
        ask(fallback, tasks, indexes, results);
      } else {
        ScoringAnswer answer =
            ScoringAnswer.unavailable(model.version(), "the model did not answer");
        indexes.forEach(i -> results[i] = new NotStored(answer));
      }
    } catch (RuntimeException e) {
      failed(model, tasks, indexes, results, e);
    }
  }

  /** One row of the batch broke the model: find it, the others deserve their scores. */
  private static void failed(
      ServedModel model,
      List<ScoreTask.Score> tasks,
      List<Integer> indexes,
      @Nullable ScoreResult[] results,
      RuntimeException e) {
    if (indexes.size() > 1) {
      indexes.forEach(i -> ask(model, tasks, List.of(i), results));
      return;
    }
    log.warn("Model {} failed on a row of its feature set: {}", model.version(), e.toString());
    int i = indexes.getFirst();
    results[i] = withoutScores(model, tasks.get(i));
  }

  private static ScoreResult withoutScores(ServedModel model, ScoreTask.Score task) {
    ServedModel fallback = model.fallback();
    return fallback == null
        ? new Predicted(task, model, List.of(), new float[0])
        : predict(new ModelSlots(fallback), List.of(task)).getFirst();
  }

  private static ScoreResult result(ServedModel model, ScoreTask.Score task, RowScores scored) {
    float[] scores = scored.probabilities();
    List<String> labels = model.labels();
    if (scores.length != labels.size() || !areProbabilities(scores)) {
      log.warn("Model {} answered what is no list of probabilities", model.version());
      return withoutScores(model, task);
    }
    List<LabelProbability> ranked = new ArrayList<>(scores.length);
    for (int i = 0; i < scores.length; i++) {
      ranked.add(new LabelProbability(labels.get(i), scores[i]));
    }
    ranked.sort(HIGHEST_FIRST);
    return new Predicted(task, model, ranked, scored.textScores());
  }

  /** A model with one label is a regression, whose value may be any number. */
  static boolean areProbabilities(float[] scores) {
    for (float score : scores) {
      boolean possible = scores.length == 1 || score >= 0 && score <= 1;
      if (!possible || !Float.isFinite(score)) {
        return false;
      }
    }
    return true;
  }
}
