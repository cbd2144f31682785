package dev.attune.training.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What kinds of models are adopted, and that each then gives XGBoost's own margins. */
class AdoptedObjectivesTest {
  private static final float[] ROW = {1, 0.5f, -1, Float.NaN, 2};

  @TempDir private Path dir;
  private AdoptionFolder shop;

  @BeforeEach
  void open() throws Exception {
    shop = new AdoptionFolder(dir);
  }

  /** Of these the logarithm of the C library is a unit in the last place off, or of some others. */
  @ParameterizedTest
  @ValueSource(doubles = {0.148, 0.491, 0.498, 0.74, 0.5, 0.001})
  void noModelIsRefusedForItsBaseScore(double score) throws Exception {
    Booster booster = train(3, Map.of("objective", "binary:logistic", "base_score", score));

    assertThat(adopted(booster, "no", "yes").margins(ROW))
        .isEqualTo(booster.predict(asked(), true)[0]);
  }

  /**
   * Their margin before the first tree is the C library's logarithm of the base score. Java's may
   * differ from it in the last bit, and did for these scores.
   */
  @ParameterizedTest
  @CsvSource({
    "count:poisson, 0.824", "count:poisson, 0.889", "count:poisson, 1.013", "count:poisson, 4.271",
    "reg:gamma, 0.824", "reg:gamma, 0.915", "reg:gamma, 1.574", "reg:gamma, 4.271",
    "reg:tweedie, 0.824", "reg:tweedie, 0.975", "reg:tweedie, 1.013", "reg:tweedie, 1.574"
  })
  void noLogarithmOfABaseScoreIsRefused(String objective, double score) throws Exception {
    Booster booster = train(3, Map.of("objective", objective, "base_score", score));

    ModelBundle bundle = adopted(booster, "amount");

    assertThat(bundle.manifest().baseMargins()).hasSize(1);
    assertThat(bundle.margins(ROW)).isEqualTo(booster.predict(asked(), true)[0]);
    float theirs = booster.predict(asked())[0][0];
    assertThat(bundle.score(ROW)[0]).isCloseTo(theirs, within(1e-6f * theirs));
  }

  /** The rest of what the guide promises. */
  @ParameterizedTest
  @CsvSource({
    "reg:squarederror, amount",
    "reg:squaredlogerror, amount",
    "reg:absoluteerror, amount",
    "reg:pseudohubererror, amount",
    "reg:logistic, share",
    "binary:logitraw, margin",
    "multi:softmax, a b c",
    "rank:pairwise, rank",
    "rank:ndcg, rank",
    "rank:map, rank"
  })
  void everyPromisedObjectiveIsAdopted(String objective, String labels) throws Exception {
    Booster booster = train(3, Map.of("objective", objective, "num_class", classes(objective)));

    assertThat(adopted(booster, labels.split(" ")).margins(ROW))
        .isEqualTo(booster.predict(asked(), true)[0]);
  }

  private static int classes(String objective) {
    return objective.startsWith("multi:") ? 3 : 0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gbtree", "dart"})
  void roundsOfSeveralTreesEndAtTheBestOne(String kind) throws Exception {
    Map<String, Object> params =
        Map.of(
            "objective",
            "multi:softprob",
            "num_class",
            3,
            "booster",
            kind,
            "num_parallel_tree",
            3,
            "subsample",
            0.6);
    Booster booster = train(6, params);
    booster.setAttr("best_iteration", "2");

    ModelBundle bundle = adopted(booster, "a", "b", "c");

    // the older call counts the trees of an output: three rounds of three
    assertThat(bundle.margins(ROW)).isEqualTo(booster.predict(asked(), true, 9)[0]);
  }

  /** New kinds of reg:* with several outputs. */
  @ParameterizedTest
  @ValueSource(strings = {"quantile", "expectile"})
  void severalLevelsOfOneValueAreAdopted(String kind) throws Exception {
    Booster booster =
        train(
            4,
            Map.of(
                "objective", "reg:" + kind + "error", kind + "_alpha", "[0.2,0.5,0.8]", "eta", 1));

    ModelBundle bundle = adopted(booster, "low", "middle", "high");

    assertThat(bundle.margins(ROW)).isEqualTo(booster.predict(asked(), true)[0]);
    float[] theirs = booster.predict(asked())[0];
    for (int i = 0; i < 3; i++) {
      assertThat(bundle.score(ROW)[i]).isCloseTo(theirs[i], within(1e-6f));
    }
  }

  /** Made to harm whoever reads it: nested without an end, and with more classes than memory. */
  @Test
  void aFileMadeToHarmIsRefusedAndLeavesNothing() throws Exception {
    Booster booster = train(3, Map.of("objective", "multi:softprob", "num_class", 3));
    String json = new String(booster.toByteArray("json"), StandardCharsets.UTF_8);
    String nested = "{L" + "[".repeat(2_000_000);
    String wide = json.replace("\"num_class\":\"3\"", "\"num_class\":\"2000000000\"");
    assertThat(wide).isNotEqualTo(json);

    for (String hostile : new String[] {nested, wide}) {
      byte[] file = hostile.getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> shop.adoptAs(file, "a", "b", "c"))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(".");
    }

    assertThat(shop.registry().versions()).isEmpty();
    try (Stream<Path> left = Files.list(dir.resolve("models/shop"))) {
      assertThat(left.filter(Files::isDirectory)).isEmpty();
    }
    assertThat(adopted(booster, "a", "b", "c").margins(ROW))
        .isEqualTo(booster.predict(asked(), true)[0]);
  }

  private ModelBundle adopted(Booster booster, String... labels) throws Exception {
    String version = shop.adoptAs(booster.toByteArray("ubj"), labels);
    return ModelBundle.load(shop.registry().published(version));
  }

  private static DMatrix asked() throws Exception {
    return new DMatrix(ROW, 1, 5, Float.NaN);
  }

  /**
   * On rows of five columns, labels 1 and 2 (0 and 1 for classes), of which a third is not seen.
   */
  private static Booster train(int rounds, Map<String, Object> more) throws Exception {
    Map<String, Object> params = new HashMap<>(more);
    params.put("max_depth", 3);
    params.put("nthread", 1);
    String objective = String.valueOf(more.get("objective"));
    DMatrix rows = rows(objective.matches("(binary|multi|rank):.*|reg:logistic") ? 0 : 1);
    if (objective.startsWith("rank:")) {
      rows.setGroup(new int[] {100, 100});
    }
    return XGBoost.train(rows, params, rounds, Map.of(), null, null);
  }

  private static DMatrix rows(int leastLabel) throws Exception {
    Random random = new Random(5);
    float[] rows = new float[200 * 5];
    float[] labels = new float[200];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = leastLabel + (rows[i * 5] + random.nextGaussian() > 0 ? 1 : 0);
    }
    DMatrix matrix = new DMatrix(rows, labels.length, 5, Float.NaN);
    matrix.setLabel(labels);
    return matrix;
  }
}
