package dev.attune.inference.scoring;

import dev.attune.core.scoring.Scored;
import dev.attune.inference.model.ModelUnavailableException;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.model.Slots;
import dev.attune.inference.scoring.Judgement.Predicted;
import dev.attune.inference.scoring.Judgement.Settled;
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
 * Asks the models. Whatever a model does, each task gets a judgement, and never one with a number
 * that is none. A model that is away, or fails on a row, is replaced by its fallback if it has one.
 * Without one a model that is away is worth another try, while a row that makes the model fail
 * would make it fail again: it is stored without a prediction.
 */
public final class Judge {

  private static final Logger log = LoggerFactory.getLogger(Judge.class);
  private static final Comparator<LabelProbability> HIGHEST_FIRST =
      Comparator.comparing(LabelProbability::getProbability).reversed();

  private Judge() {}

  /** The judgements in the order of the tasks. */
  public static List<Judgement> judge(Slots slots, List<ScoreTask.Score> tasks) {
    @Nullable Judgement[] judgements = new @Nullable Judgement[tasks.size()];
    Map<ServedModel, List<Integer>> byModel = new LinkedHashMap<>();
    for (int i = 0; i < judgements.length; i++) {
      ScoreTask.Score task = tasks.get(i);
      ServedModel model = slots.forUser(task.userId());
      if (model == null) {
        judgements[i] = new Settled(Answer.NO_MODEL);
      } else if (!model.featureSetId().equals(task.row().featureSetId())) {
        judgements[i] = new Settled(Answer.refused(model.version(), otherFeatures(model, task)));
      } else {
        byModel.computeIfAbsent(model, m -> new ArrayList<>()).add(i);
      }
    }
    byModel.forEach((model, indexes) -> ask(model, tasks, indexes, judgements));
    List<Judgement> all = new ArrayList<>(judgements.length);
    for (Judgement judgement : judgements) {
      if (judgement == null) {
        throw new IllegalStateException("a task was left without a judgement");
      }
      all.add(judgement);
    }
    return all;
  }

  private static String otherFeatures(ServedModel model, ScoreTask.Score task) {
    return "model %s knows feature set %s, not %s"
        .formatted(model.version(), model.featureSetId(), task.row().featureSetId());
  }

  private static void ask(
      ServedModel model,
      List<ScoreTask.Score> tasks,
      List<Integer> indexes,
      @Nullable Judgement[] judgements) {
    try {
      List<Scored> scores = model.score(indexes.stream().map(i -> tasks.get(i).row()).toList());
      for (int n = 0; n < indexes.size(); n++) {
        int i = indexes.get(n);
        judgements[i] = judgement(model, tasks.get(i), scores.get(n));
      }
    } catch (ModelUnavailableException e) {
      ServedModel fallback = model.fallback();
      if (fallback != null) {
        ask(fallback, tasks, indexes, judgements);
      } else {
        Answer answer = Answer.unavailable(model.version(), "the model did not answer");
        indexes.forEach(i -> judgements[i] = new Settled(answer));
      }
    } catch (RuntimeException e) {
      failed(model, tasks, indexes, judgements, e);
    }
  }

  /** One row of the batch broke the model: find it, the others deserve their scores. */
  private static void failed(
      ServedModel model,
      List<ScoreTask.Score> tasks,
      List<Integer> indexes,
      @Nullable Judgement[] judgements,
      RuntimeException e) {
    if (indexes.size() > 1) {
      indexes.forEach(i -> ask(model, tasks, List.of(i), judgements));
      return;
    }
    log.warn("Model {} failed on a row of its feature set: {}", model.version(), e.toString());
    int i = indexes.getFirst();
    judgements[i] = withoutScores(model, tasks.get(i));
  }

  private static Judgement withoutScores(ServedModel model, ScoreTask.Score task) {
    ServedModel fallback = model.fallback();
    return fallback == null
        ? new Predicted(task, model, List.of(), new float[0])
        : judge(new Slots(fallback), List.of(task)).getFirst();
  }

  private static Judgement judgement(ServedModel model, ScoreTask.Score task, Scored scored) {
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
