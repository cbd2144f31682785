package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The law: for every model xgboost4j trains, margins are equal to the bit. */
class FlatForestTest {
  /** Some 1,300 models in the long run. */
  private static final int MODELS_EACH = Boolean.getBoolean("attune.test.long") ? 60 : 6;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multi:softprob",
        "multi:softmax",
        "binary:logistic",
        "binary:logitraw",
        "reg:logistic",
        "reg:squarederror",
        "reg:absoluteerror",
        "reg:squaredlogerror",
        "reg:pseudohubererror",
        "reg:gamma",
        "reg:tweedie",
        "count:poisson",
        "rank:ndcg",
        "rank:pairwise",
        "rank:map"
      })
  void marginsEqualXgboostToTheBit(String objective) throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      assertEqualMargins(
          objective + " seed " + seed, Trained.with(seed, params(objective, seed), 12));
    }
  }

  @Test
  void dartWeightsAreApplied() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params =
          params(seed % 2 == 0 ? "multi:softprob" : "binary:logistic", seed);
      params.put("booster", "dart");
      params.put("rate_drop", 0.4);
      params.put("one_drop", 1);

      assertEqualMargins("dart seed " + seed, Trained.with(seed, params, 15));
    }
  }

  @Test
  void parallelTreesAreSummed() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params =
          params(seed % 2 == 0 ? "multi:softprob" : "binary:logistic", seed);
      params.put("num_parallel_tree", 4);
      params.put("tree_method", "hist");
      params.put("subsample", 0.7);
      params.put("colsample_bynode", 0.7);

      assertEqualMargins("parallel seed " + seed, Trained.with(seed, params, 5));
    }
  }

  @Test
  void prunedTreesAreFollowed() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params = params("multi:softprob", seed);
      params.put("tree_method", "exact");
      params.put("gamma", 0.5 * seed);
      params.put("max_depth", 7);

      assertEqualMargins("pruned seed " + seed, Trained.with(seed, params, 10));
    }
  }

  @Test
  void lopsidedTreesAreFollowed() throws Exception {
    for (long seed = 1; seed <= MODELS_EACH; seed++) {
      Map<String, Object> params = params("binary:logistic", seed);
      params.put("tree_method", "hist");
      params.put("grow_policy", "lossguide");
      params.put("max_depth", 0);
      params.put("max_leaves", 60);

      assertEqualMargins("lossguide seed " + seed, Trained.with(seed, params, 21));
    }
  }

  @Test
  void categoricalSplitsAreFollowed() throws Exception {
    boolean seen = false;
    for (long seed = 1; seed <= 2L * MODELS_EACH; seed++) {
      Map<String, Object> params =
          params(seed % 2 == 0 ? "multi:softprob" : "binary:logistic", seed);
      params.put("categorical", true);
      params.put("tree_method", "hist");
      params.put("max_cat_to_onehot", seed % 3 == 0 ? 100 : 4);
      Trained trained = Trained.with(seed, params, 8);

      seen |= XgboostReader.read(trained.file()).isCategorical();
      assertEqualMargins("categorical seed " + seed, trained);
    }
    assertThat(seen).isTrue();
  }

  @Test
  void jsonReadsAsUbjsonDoes() throws Exception {
    Trained trained = Trained.with(3, params("multi:softprob", 3), 6);

    FlatForest json = FlatForest.read(trained.booster().toByteArray("json"));

    FlatForest ubjson = FlatForest.read(trained.file());
    for (int i = 0; i < trained.rowCount(); i++) {
      assertThat(json.margins(trained.row(i))).isEqualTo(ubjson.margins(trained.row(i)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multi:softprob",
        "binary:logistic",
        "reg:gamma",
        "reg:logistic",
        "reg:squaredlogerror"
      })
  void predictionsEqualXgboostWithinAMillionth(String objective) throws Exception {
    Trained trained = Trained.with(5, params(objective, 5), 20);
    FlatForest forest = FlatForest.read(trained.file());

    float[][] expected = trained.booster().predict(trained.matrix());

    for (int i = 0; i < trained.rowCount(); i++) {
      float[] ours = forest.predict(forest.margins(trained.row(i)));
      for (int c = 0; c < expected[i].length; c++) {
        float theirs = expected[i][c];
        float mine = objective.equals("binary:logistic") ? ours[1] : ours[c];
        assertThat(mine).isCloseTo(theirs, within(1e-6f * Math.abs(theirs)));
      }
    }
  }

  @Test
  void roundsBehindTheBestOneAreLeftOut() throws Exception {
    Trained trained = Trained.with(7, params("multi:softprob", 7), 10);
    trained.booster().setAttr("best_iteration", "3");

    FlatForest forest = FlatForest.read(trained.booster().toByteArray("ubj"));

    float[][] expected = trained.booster().predict(trained.matrix(), true, 4);
    for (int i = 0; i < trained.rowCount(); i++) {
      assertThat(forest.margins(trained.row(i))).isEqualTo(expected[i]);
    }
  }

  @Test
  void refusesWhatItCannotReproduce() throws Exception {
    Map<String, Object> linear = Map.of("objective", "binary:logistic", "booster", "gblinear");
    Map<String, Object> hinge = Map.of("objective", "binary:hinge");

    assertThatThrownBy(() -> FlatForest.read(Trained.with(1, linear, 2).file()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("gblinear has no trees");
    assertThatThrownBy(() -> FlatForest.read(Trained.with(1, hinge, 2).file()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("binary:hinge is not supported");
  }

  @Test
  void damagedFilesAreRefusedNotCrashedOn() throws Exception {
    byte[] file = Trained.with(2, params("multi:softprob", 2), 3).file();
    Random random = new Random(4);

    for (byte[] bad :
        List.of(new byte[0], "{}".getBytes(StandardCharsets.UTF_8), new byte[] {'{', '['})) {
      assertThatThrownBy(() -> FlatForest.read(bad)).isInstanceOf(ModelException.class);
    }
    for (int i = 0; i < 2000; i++) {
      byte[] broken = java.util.Arrays.copyOf(file, random.nextInt(file.length));
      assertThatThrownBy(() -> FlatForest.read(broken)).isInstanceOf(ModelException.class);
      byte[] flipped = file.clone();
      flipped[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      readable(flipped);
    }
  }

  /** Reading either works or says so; anything else fails the test. */
  private static void readable(byte[] file) {
    try {
      FlatForest forest = FlatForest.read(file);
      if (forest.width() < 1000) {
        forest.margins(new float[forest.width()]);
      }
    } catch (ModelException e) {
      assertThat(e).hasMessageEndingWith(".");
    }
  }

  private static Map<String, Object> params(String objective, long seed) {
    Random random = new Random(seed * 31);
    Map<String, Object> params = new HashMap<>();
    params.put("objective", objective);
    params.put("max_depth", 1 + random.nextInt(9));
    params.put("eta", 0.05 + random.nextDouble());
    params.put("tree_method", random.nextBoolean() ? "hist" : "exact");
    if (objective.startsWith("multi")) {
      params.put("num_class", 2 + random.nextInt(7));
    } else if (random.nextBoolean() && !objective.startsWith("rank")) {
      params.put("base_score", 0.1 + 0.8 * random.nextDouble());
    }
    return params;
  }

  private static void assertEqualMargins(String what, Trained trained)
      throws XGBoostError, ModelException {
    FlatForest forest = FlatForest.read(trained.file(), trained.baseMargins());
    float[][] expected = trained.booster().predict(trained.matrix(), true);
    for (int i = 0; i < trained.rowCount(); i++) {
      assertThat(forest.margins(trained.row(i))).as("%s row %d", what, i).isEqualTo(expected[i]);
    }
    assertThat(batch(forest, trained)).as("%s as a batch", what).isDeepEqualTo(expected);
  }

  private static float[][] batch(FlatForest forest, Trained trained) {
    float[][] rows = new float[trained.rowCount()][];
    java.util.Arrays.setAll(rows, trained::row);
    float[][] margins = new float[rows.length][forest.outputs()];
    forest.margins(rows, forest.block(), margins);
    return margins;
  }
}
