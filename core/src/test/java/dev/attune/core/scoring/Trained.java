package dev.attune.core.scoring;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import tools.jackson.databind.json.JsonMapper;

/** A small model that xgboost4j trained on random rows, and rows to ask both evaluators. */
record Trained(
    Booster booster,
    byte[] file,
    float[] rows,
    int rowCount,
    int columns,
    Map<String, Object> settings) {
  /**
   * Rows with missing values, ties, zeros of both signs, infinities; labels that depend on them.
   */
  static Trained with(long seed, Map<String, Object> params, int rounds) throws XGBoostError {
    Random random = new Random(seed);
    int columns = 3 + random.nextInt(20);
    int count = 200 + random.nextInt(400);
    float[] rows = rows(random, count, columns, params.containsKey("categorical"));
    DMatrix matrix = new DMatrix(rows, count, columns, Float.NaN);
    matrix.setLabel(labels(random, rows, count, columns, params));
    if (String.valueOf(params.get("objective")).startsWith("rank:")) {
      matrix.setGroup(groups(count));
    }
    if (params.containsKey("categorical")) {
      matrix.setFeatureTypes(types(columns));
    }
    Map<String, Object> settings = new HashMap<>(params);
    settings.remove("categorical");
    settings.put("nthread", 1);
    settings.put("seed", seed);
    Booster booster = XGBoost.train(matrix, settings, rounds, Map.of(), null, null);
    float[] asked = rows(random, 100, columns, params.containsKey("categorical"));
    return new Trained(booster, booster.toByteArray("ubj"), asked, 100, columns, settings);
  }

  /**
   * The margins before the first tree, as a bundle holds them: of a booster with the same base
   * score and no tree. They are XGBoost's own since a logarithm's last bit is its C library's.
   */
  float[] baseMargins() throws XGBoostError {
    Map<String, Object> bare = new HashMap<>(settings);
    bare.put("base_score", baseScore());
    DMatrix rows = matrix();
    rows.setLabel(new float[rowCount]);
    return XGBoost.train(rows, bare, 0, Map.of(), null, null).predict(rows, true)[0];
  }

  private String baseScore() throws XGBoostError {
    return JsonMapper.shared()
        .readTree(booster.toByteArray("json"))
        .at("/learner/learner_model_param/base_score")
        .stringValue();
  }

  /** The first three columns are categories when asked for. */
  private static String[] types(int columns) {
    String[] types = new String[columns];
    for (int i = 0; i < columns; i++) {
      types[i] = i < 3 ? "c" : "q";
    }
    return types;
  }

  private static int[] groups(int count) {
    int[] groups = new int[(count + 9) / 10];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = Math.min(10, count - i * 10);
    }
    return groups;
  }

  private static float[] rows(Random random, int count, int columns, boolean categorical) {
    float[] rows = new float[count * columns];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          categorical && i % columns < 3 ? random.nextInt(12 * (1 + i % columns)) : value(random);
    }
    return rows;
  }

  private static float value(Random random) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> Float.NaN;
      case 2 -> 0f;
      case 3 -> -0f;
      case 4 -> random.nextInt(5);
      case 5 -> (float) (random.nextGaussian() * 1e6);
      case 6 -> (float) (random.nextGaussian() * 1e-30);
      default -> (float) random.nextGaussian();
    };
  }

  private static float[] labels(
      Random random, float[] rows, int count, int columns, Map<String, Object> params) {
    String objective = String.valueOf(params.get("objective"));
    int classes =
        objective.startsWith("multi")
            ? Integer.parseInt(String.valueOf(params.get("num_class")))
            : 2;
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      float x = rows[i * columns + 1];
      double signal = (Float.isNaN(x) ? 0.5 : Math.tanh(x)) + random.nextGaussian() * 0.3;
      labels[i] =
          objective.startsWith("reg:") || objective.startsWith("count:")
              ? (float) Math.clamp(Math.abs(signal), 0.01, 0.99)
              : Math.floorMod((int) Math.floor(signal * classes), classes);
    }
    return labels;
  }

  float[] row(int i) {
    return java.util.Arrays.copyOfRange(rows, i * columns, (i + 1) * columns);
  }

  DMatrix matrix() throws XGBoostError {
    return new DMatrix(rows, rowCount, columns, Float.NaN);
  }
}
