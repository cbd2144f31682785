package dev.attune.training.adopt;

import dev.attune.training.UserFault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.Booster.PredictionType;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** What XGBoost itself says of rows. */
final class XgboostOracle {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** The parts of a learner that say what its margins are before the trees. */
  private static final Set<String> BESIDE_TREES = Set.of("learner_model_param", "objective");

  /** A tree that adds nothing. */
  private static final String ZERO =
      """
      {"tree_param": {"num_deleted": "0", "num_feature": "%s", "num_nodes": "1",
        "size_leaf_vector": "1"}, "id": %s, "base_weights": [0E0], "loss_changes": [0E0],
        "sum_hessian": [0E0], "split_conditions": [0E0], "split_indices": [0], "split_type": [0],
        "default_left": [0], "left_children": [-1], "right_children": [-1],
        "parents": [2147483647], "categories": [], "categories_nodes": [],
        "categories_segments": [], "categories_sizes": []}
      """;

  private static final String ZEROS =
      """
      {"name": "gbtree", "model": {
        "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "%1$s"},
        "iteration_indptr": [0, %1$s], "tree_info": [%2$s], "trees": [%3$s]}}
      """;

  private XgboostOracle() {}

  /** The margins of encoded rows, by the rounds up to the best one. */
  static List<float[]> margins(byte[] file, List<float[]> rows) {
    try {
      Booster booster = loaded(file);
      try {
        return List.of(margins(booster, rows, rounds(booster)));
      } finally {
        booster.dispose();
      }
    } catch (XGBoostError | IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The margins before the first tree: those of the same model with trees that add nothing.
   *
   * @param width columns of a row
   */
  static float[] baseMargins(byte[] file, int width, int outputs) {
    try {
      Booster booster = loaded(file);
      try {
        Booster bare = loaded(withTrees(zeros(width, outputs), booster.toByteArray("json")));
        try {
          return margins(bare, List.of(new float[width]), 0)[0];
        } finally {
          bare.dispose();
        }
      } finally {
        booster.dispose();
      }
    } catch (XGBoostError | IOException e) {
      throw unreadable(e);
    }
  }

  private static Booster loaded(byte[] model) throws XGBoostError, IOException {
    return XGBoost.loadModel(new ByteArrayInputStream(model));
  }

  private static UserFault unreadable(Exception e) {
    return new UserFault("XGBoost can't read the model file.", e);
  }

  /** Rounds up to the best one; 0: all. */
  private static int rounds(Booster booster) throws XGBoostError {
    String best = booster.getAttr("best_iteration");
    return best == null ? 0 : Math.min(Integer.parseInt(best) + 1, booster.getNumBoostedRound());
  }

  /**
   * In rounds, however many trees each has. XGBoost's older call for this counts trees of one
   * output instead, which is another number with {@code num_parallel_tree}.
   */
  private static float[][] margins(Booster booster, List<float[]> rows, int rounds)
      throws XGBoostError {
    int width = rows.getFirst().length;
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * width, width);
    }
    int[] range = {0, rounds};
    return booster.inplace_predict(
        flat, rows.size(), width, Float.NaN, range, PredictionType.kMargin, null);
  }

  /** A booster of one round. */
  private static String zeros(int width, int outputs) {
    List<String> trees = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (int output = 0; output < outputs; output++) {
      trees.add(ZERO.formatted(width, output));
      numbers.add(Integer.toString(output));
    }
    return ZEROS.formatted(outputs, String.join(",", numbers), String.join(",", trees));
  }

  /** Token by token: a large model's trees are passed over, not held. */
  private static byte[] withTrees(String booster, byte[] model) {
    var out = new ByteArrayOutputStream();
    try (JsonParser in = JSON.createParser(model);
        JsonGenerator to = JSON.createGenerator(out)) {
      to.writeStartObject();
      for (var unused = in.nextToken(); in.nextToken() == JsonToken.PROPERTY_NAME; ) {
        String name = in.currentName();
        var value = in.nextToken();
        to.writeName(name);
        if (name.equals("learner")) {
          copyLearner(in, to, booster);
        } else {
          to.copyCurrentStructure(in);
        }
      }
      to.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void copyLearner(JsonParser in, JsonGenerator to, String booster) {
    to.writeStartObject();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      var value = in.nextToken();
      if (BESIDE_TREES.contains(name)) {
        to.writeName(name);
        to.copyCurrentStructure(in);
      } else {
        in.skipChildren();
      }
    }
    for (String list : List.of("feature_names", "feature_types")) {
      to.writeName(list);
      to.writeRawValue("[]");
    }
    to.writeName("attributes");
    to.writeRawValue("{}");
    to.writeName("gradient_booster");
    to.writeRawValue(booster);
    to.writeEndObject();
  }
}
