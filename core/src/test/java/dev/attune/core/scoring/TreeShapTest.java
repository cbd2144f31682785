package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The law: contributions are XGBoost's, and they add up to the margin. */
class TreeShapTest {
  private static final int MODELS_EACH = 6;

  @ParameterizedTest
  @ValueSource(
      strings = {"multi:softprob", "binary:logistic", "reg:squarederror", "rank:ndcg", "reg:gamma"})
  void contributionsEqualXgboost(String objective) throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params = params(objective, seed);

      assertEqualContributions(objective + " seed " + seed, Trained.with(seed, params, 10));
    }
  }

  @Test
  void dartAndParallelTreesAreWeighed() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params = params("multi:softprob", seed);
      params.put("booster", "dart");
      params.put("rate_drop", 0.4);
      params.put("one_drop", 1);
      params.put("num_parallel_tree", 1 + (int) (seed % 2));

      assertEqualContributions("dart seed " + seed, Trained.with(seed, params, 8));
    }
  }

  @Test
  void categoricalAndLopsidedTreesAreFollowed() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params = params("binary:logistic", seed);
      params.put("tree_method", "hist");
      if (seed % 2 == 0) {
        params.put("categorical", true);
      } else {
        params.put("grow_policy", "lossguide");
        params.put("max_depth", 0);
        params.put("max_leaves", 50);
      }

      assertEqualContributions("seed " + seed, Trained.with(seed, params, 10));
    }
  }

  /** A column tells one row apart, the next column the next one: as many columns as leaves. */
  @Test
  void aPathOfFortyColumnsLosesNothing() throws Exception {
    int count = 41;
    float[] rows = new float[count * count];
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      rows[i * count + i] = 1;
      labels[i] = i;
    }
    DMatrix matrix = new DMatrix(rows, count, count, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> params =
        Map.of(
            "objective",
            "reg:squarederror",
            "tree_method",
            "exact",
            "max_depth",
            count,
            "min_child_weight",
            0,
            "lambda",
            0,
            "nthread",
            1);
    Booster booster = XGBoost.train(matrix, params, 1, Map.of(), null, null);
    var trained = new Trained(booster, booster.toByteArray("ubj"), rows, count, count, params);

    assertThat(TreeShap.longestPath(XgboostReader.read(trained.file()))).isGreaterThan(30);
    assertEqualContributions("a chain", trained);
  }

  private static Map<String, Object> params(String objective, long seed) {
    Random random = new Random(seed * 17);
    Map<String, Object> params = new HashMap<>();
    params.put("objective", objective);
    params.put("max_depth", 1 + random.nextInt(8));
    params.put("eta", 0.05 + 0.5 * random.nextDouble());
    if (objective.startsWith("multi")) {
      params.put("num_class", 2 + random.nextInt(5));
    }
    return params;
  }

  private static void assertEqualContributions(String what, Trained trained)
      throws XGBoostError, ModelException {
    FlatForest forest = FlatForest.read(trained.file());
    DMatrix rows = trained.matrix();
    float[][] expected = trained.booster().predictContrib(rows, 0);
    int width = trained.columns() + 1;
    for (int i = 0; i < trained.rowCount(); i++) {
      float[] row = trained.row(i);
      float[] margins = forest.margins(row);
      for (int output = 0; output < forest.outputs(); output++) {
        float[] ours = forest.contributions(row, output);

        float[] theirs = Arrays.copyOfRange(expected[i], output * width, (output + 1) * width);
        double sum = 0;
        for (int c = 0; c < width; c++) {
          sum += ours[c];
          assertThat((double) ours[c])
              .as("%s row %d output %d column %d", what, i, output, c)
              .isCloseTo(theirs[c], within(1e-4 * Math.max(1, Math.abs(theirs[c]))));
        }
        assertThat(sum)
            .as("%s row %d: the sum is the margin", what, i)
            .isCloseTo(margins[output], within(1e-4 * Math.max(1, Math.abs(margins[output]))));
      }
    }
  }
}
