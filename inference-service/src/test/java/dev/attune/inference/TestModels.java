package dev.attune.inference;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SelfChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/**
 * Small models that xgboost4j trains on the spot: two numbers and a category, three labels. The
 * label follows the first number, so a test knows what must come out.
 */
public final class TestModels {

  public static final String FEATURE_SET = "features-of-the-test";
  public static final List<String> LABELS = List.of("order_status", "refund", "other");
  public static final int WIDTH = 4;
  private static final TokenBag[] NO_TOKENS = {};

  private TestModels() {}

  /** A row whose label is {@code LABELS.get(label)}. */
  public static FeatureRow row(int label) {
    return new FeatureRow(
        FEATURE_SET, new double[] {label, 0.5}, new @Nullable String[] {"web"}, NO_TOKENS);
  }

  /** Trains, publishes and returns the trainer's own model, the oracle. */
  public static Booster publish(ModelRegistry registry, String version, int rounds)
      throws XGBoostError, ModelException, IOException {
    Booster booster = train(rounds);
    Path staged = registry.stage();
    Files.write(staged.resolve(BundleFiles.MODEL), booster.toByteArray("ubj"));
    ModelManifest unchecked = BundleFiles.seal(staged, manifest(version, List.of()));
    ModelBundle bundle = ModelBundle.load(staged);
    FeatureRow row = row(1);
    float[] encoded = bundle.encode(row);
    var check = SelfChecks.record(row, encoded, bundle.margins(encoded));
    var unused = BundleFiles.seal(staged, manifest(unchecked.version(), List.of(check)));
    var unusedPath = registry.publish(staged, version);
    return booster;
  }

  /** Publishes a version that another server holds; its stored row has no result to compare. */
  public static void publishRemote(ModelRegistry registry, String version, ModelManifest.Remote at)
      throws ModelException, IOException {
    Path staged = registry.stage();
    FeatureRow row = row(1);
    float[] encoded = {1, 0.5f, 1, 0};
    var check = SelfChecks.record(row, encoded, new float[0]);
    var unused = BundleFiles.seal(staged, manifest(version, List.of(check), at));
    var unusedPath = registry.publish(staged, version);
  }

  private static ModelManifest manifest(String version, List<ModelManifest.SelfCheck> checks) {
    return manifest(version, checks, null);
  }

  private static ModelManifest manifest(
      String version, List<ModelManifest.SelfCheck> checks, ModelManifest.@Nullable Remote remote) {
    return new ModelManifest(
        "intent",
        version,
        "test",
        FEATURE_SET,
        LABELS,
        List.of(
            new Encoding.Number("step", 0),
            new Encoding.Number("noise", 1),
            new Encoding.OneHot("channel", 0, List.of("web", "ios"))),
        Map.of("accuracy", 1.0),
        new ModelManifest.DataRange("", "", 600, 0, "message_sent"),
        "2026-01-02T00:00:00Z",
        Map.of(),
        checks,
        List.of(
            new ModelManifest.Reference(
                "step", List.of(0.5, 1.5), null, List.of(0.33, 0.33, 0.34), 0.0),
            new ModelManifest.Reference(
                ModelManifest.PREDICTION, null, LABELS, List.of(0.33, 0.33, 0.34, 0.0), 0.0),
            new ModelManifest.Reference(
                ModelManifest.CONFIDENCE, List.of(0.5), null, List.of(0.5, 0.5), 0.0)),
        remote);
  }

  private static Booster train(int rounds) throws XGBoostError {
    int rows = 600;
    var random = new Random(7);
    float[] data = new float[rows * WIDTH];
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      int label = i % LABELS.size();
      labels[i] = label;
      data[i * WIDTH] = label;
      data[i * WIDTH + 1] = random.nextFloat();
      data[i * WIDTH + 2 + random.nextInt(2)] = 1;
    }
    var matrix = new DMatrix(data, rows, WIDTH, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> settings =
        Map.of(
            "objective",
            "multi:softprob",
            "num_class",
            LABELS.size(),
            "max_depth",
            3,
            "nthread",
            1);
    return XGBoost.train(matrix, settings, rounds, Map.of(), null, null);
  }
}
