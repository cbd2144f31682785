package dev.attune.core.scoring;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the model files of XGBoost 1.7 to 3.x, UBJSON or JSON. What the evaluator can't reproduce
 * exactly is refused with the reason. Files are not trusted: each number is bounded before anything
 * is made of it, so that a hostile file costs no more than its size.
 */
final class XgboostReader {
  /** XGBoost writes NaN and Infinity, which JSON does not know: splits by category up to 2.1. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final int MAX_OUTPUTS = 10_000;
  private static final int MAX_PARALLEL = 1_000_000;

  /** Twice as many fit the 16 bits of {@link FlatForest}'s nodes. */
  static final int MAX_FEATURES = 32_768;

  private XgboostReader() {}

  static XgboostModel read(byte[] bytes) throws ModelException {
    try {
      Object root = isJson(bytes) ? JSON.readValue(bytes, Map.class) : Ubjson.read(bytes);
      return model(ModelFields.of(root, "an object").object("learner"));
    } catch (IOException | JacksonException e) {
      throw new ModelException("The model file is neither XGBoost UBJSON nor JSON.", e);
    } catch (IndexOutOfBoundsException | ArithmeticException | NumberFormatException e) {
      throw new ModelException("The model file contradicts itself.", e);
    }
  }

  /** Both formats open with a brace; JSON goes on with white space or a quote. */
  private static boolean isJson(byte[] bytes) {
    return bytes.length > 1
        && bytes[0] == '{'
        && (bytes[1] == '"' || Character.isWhitespace((char) bytes[1]));
  }

  private static XgboostModel model(ModelFields learner) throws ModelException {
    ModelFields goal = learner.object("objective");
    String objective = goal.text("name");
    checkAscending(goal, "quantile_loss_param", "quantile_alpha");
    checkAscending(goal, "expectile_loss_param", "expectile_alpha");
    ModelFields booster = learner.object("gradient_booster");
    if (booster.text("name").equals("gblinear")) {
      throw new ModelException("The booster gblinear has no trees; train with gbtree or dart.");
    }
    ModelFields model =
        (booster.has("gbtree") ? booster.object("gbtree") : booster).object("model");
    ModelFields params = learner.object("learner_model_param");
    int outputs =
        Math.max(
            1,
            Math.max(
                params.integer("num_class", 0, 0, MAX_OUTPUTS),
                params.integer("num_target", 1, 0, MAX_OUTPUTS)));
    List<@Nullable Object> trees = model.list("trees");
    int kept = treesKept(learner.objectOrEmpty("attributes"), model, trees.size(), outputs);
    return new XgboostModel(
        objective,
        params.integer("num_feature", 0, 1, MAX_FEATURES),
        base(params.text("base_score"), outputs, objective),
        XgboostTrees.read(trees, kept),
        Arrays.copyOf(model.integers("tree_info", trees.size()), kept),
        weights(booster.has("weight_drop") ? booster : model, trees.size(), kept));
  }

  /** XGBoost sorts several predictions of a row: only in this order they stay with their labels. */
  private static void checkAscending(ModelFields objective, String group, String name)
      throws ModelException {
    ModelFields parameters = objective.objectOrEmpty(group);
    float[] levels = parameters.has(name) ? floats(parameters.text(name)) : new float[0];
    for (int i = 1; i < levels.length; i++) {
      if (!(levels[i - 1] <= levels[i])) {
        throw new ModelException("The values of " + name + " must be in ascending order.");
      }
    }
  }

  /**
   * Early stopping leaves the rounds after the best one in the file; they are not part of it. Where
   * rounds end is written since 2.0; before, each has as many trees as any other.
   */
  private static int treesKept(ModelFields attributes, ModelFields model, int all, int outputs)
      throws ModelException {
    if (!attributes.has("best_iteration")) {
      return all;
    }
    int rounds = 1 + attributes.integer("best_iteration", 0, 0, Integer.MAX_VALUE - 1);
    if (!model.has("iteration_indptr")) {
      ModelFields params = model.objectOrEmpty("gbtree_model_param");
      int parallel = Math.max(1, params.integer("num_parallel_tree", 1, 0, MAX_PARALLEL));
      return (int) Math.min(all, (long) rounds * outputs * parallel);
    }
    int[] ends = model.integers("iteration_indptr");
    int kept = rounds < ends.length ? ends[rounds] : all;
    if (kept < 1 || kept > all || kept % outputs != 0) {
      throw new ModelException("The rounds of the model file end outside its trees.");
    }
    return kept;
  }

  private static float[] base(String text, int outputs, String objective) throws ModelException {
    float[] scores = floats(text);
    if (scores.length != 1 && scores.length != outputs) {
      throw new ModelException(
          "The model file has %d base scores for %d outputs.".formatted(scores.length, outputs));
    }
    float[] base = scores.length == outputs ? scores : new float[outputs];
    if (scores.length == 1) {
      Arrays.fill(base, scores[0]);
    }
    return XgboostModel.toMargins(objective, base);
  }

  /** One number, or several in brackets. */
  private static float[] floats(String text) {
    String[] parts = text.replaceAll("[\\[\\]\\s]", "").split(",", -1);
    float[] values = new float[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(parts[i]);
    }
    return values;
  }

  /** What DART left of each tree: beside the trees since 3.4, in the booster before. */
  private static float[] weights(ModelFields holder, int all, int kept) throws ModelException {
    if (!holder.has("weight_drop")) {
      float[] weights = new float[kept];
      Arrays.fill(weights, 1);
      return weights;
    }
    float[] weights = Arrays.copyOf(holder.floats("weight_drop", all), kept);
    for (float weight : weights) {
      if (!Float.isFinite(weight)) {
        throw new ModelException("The model file has a weight_drop that is not a number.");
      }
    }
    return weights;
  }
}
