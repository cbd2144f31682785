package dev.attune.bench.model;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.SelfCheck;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.SelfChecks;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.SentenceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/**
 * The model that the service serves: the registry that {@code ATTUNE_BENCH_MODELS} names, such as
 * {@code .attune/models/thunderbird}, else one trained on the spot, 720 trees over 24 numbers.
 */
public final class BenchModel {
  public static final int COLUMNS = 24;
  private static final int CLASSES = 6;
  private static final List<String> LABELS =
      IntStream.range(0, CLASSES).mapToObj(i -> "label-" + i).toList();
  private static final int ROWS = 4096;
  private static final int CHECKS = 16;

  /** Numbers of a row: no playbook's features are more. */
  private static final int NUMBERS = 64;

  private static final String FEATURE_SET = "features-of-the-benchmark";
  private static final String SENTENCES = "sentence.weights";
  private static final float SENTENCE_SHARE = 0.3f;

  private BenchModel() {}

  /** The registry's folder: a playbook's, within the models folder. */
  public static Path registry(Path folder) throws IOException, ModelException, XGBoostError {
    return registry(folder.resolve("models/bench"), FEATURE_SET, numbers());
  }

  /** One trained on the spot which reads the newest message by this encoder, too. */
  public static Path withMessages(Path folder, SentenceEncoder encoder)
      throws IOException, ModelException, XGBoostError {
    List<Encoding> encodings = new ArrayList<>(numbers());
    encodings.add(Encoding.Sentence.of(SENTENCES, encoder.id(), LABELS));
    Path root = folder.resolve("models/bench");
    publish(
        root,
        manifest(FEATURE_SET, encodings).sentenceShare(SENTENCE_SHARE),
        trees(COLUMNS + CLASSES),
        sentences(encoder.dimensions()));
    return root;
  }

  private static SentenceModel sentences(int dimensions) {
    Random random = new Random(3);
    float[] weights = new float[CLASSES * dimensions];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return new SentenceModel(new float[CLASSES], weights);
  }

  /** The same over the numbers of a playbook's features, each as often as it takes. */
  public static Path registry(Path root, FeatureSet features)
      throws IOException, ModelException, XGBoostError {
    List<FeatureColumn> numbers =
        features.columns().stream().filter(c -> c.kind() == ColumnKind.NUMBER).toList();
    List<Encoding> encodings =
        IntStream.range(0, COLUMNS)
            .mapToObj(i -> numbers.get(i % numbers.size()))
            .<Encoding>map(column -> new Encoding.Number(column.name(), column.index()))
            .toList();
    return registry(root, features.id(), encodings);
  }

  private static Path registry(Path root, String featureSetId, List<Encoding> encodings)
      throws IOException, ModelException, XGBoostError {
    String given = System.getenv("ATTUNE_BENCH_MODELS");
    if (given != null && !given.isBlank()) {
      return Path.of(given).toAbsolutePath();
    }
    publish(root, manifest(featureSetId, encodings), trees(COLUMNS), null);
    return root;
  }

  private static void publish(
      Path root, ModelManifest.Builder manifest, byte[] trees, @Nullable SentenceModel sentences)
      throws IOException, ModelException {
    var registry = new ModelRegistry(root);
    Path staged = registry.stage();
    Files.write(staged.resolve(BundleFiles.MODEL), trees);
    if (sentences != null) {
      sentences.write(staged.resolve(SENTENCES));
    }
    var unused = BundleFiles.seal(staged, manifest.build());
    List<SelfCheck> checks = checks(ModelBundle.load(staged));
    var unusedToo = BundleFiles.seal(staged, manifest.selfCheck(checks).build());
    var unusedPath = registry.publish(staged, "bench.1");
    registry.promote("bench.1");
  }

  private static List<Encoding> numbers() {
    return IntStream.range(0, COLUMNS)
        .<Encoding>mapToObj(i -> new Encoding.Number("number-" + i, i))
        .toList();
  }

  /** Stored requests, as training leaves them: the service warms up with them. */
  private static List<SelfCheck> checks(ModelBundle bundle) {
    Random random = new Random(2);
    return IntStream.range(0, CHECKS)
        .mapToObj(
            i -> {
              double[] numbers = random.doubles(NUMBERS, -2, 2).toArray();
              FeatureRow row =
                  new FeatureRow(
                      bundle.manifest().featureSetId(),
                      numbers,
                      new @Nullable String[0],
                      new TokenBag[0]);
              float[] encoded = bundle.encode(row);
              return SelfChecks.record(row, encoded, bundle.margins(encoded));
            })
        .toList();
  }

  private static ModelManifest.Builder manifest(String featureSetId, List<Encoding> encodings) {
    return ModelManifest.builder("intent", "bench.1")
        .playbook("bench")
        .columns(featureSetId, encodings)
        .labels(LABELS)
        .evaluated(Map.of(), new ModelManifest.DataRange("", "", ROWS, 0))
        .created("2026-01-02T00:00:00Z");
  }

  /**
   * @param width columns, of which the first ones tell the label
   */
  private static byte[] trees(int width) throws XGBoostError {
    Random random = new Random(1);
    float[] rows = new float[ROWS * width];
    float[] labels = new float[ROWS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ROWS; i++) {
      float sum = rows[i * width] + rows[i * width + 1] * rows[i * width + 2];
      labels[i] = Math.floorMod((int) Math.floor(sum * 2), CLASSES);
    }
    DMatrix matrix = new DMatrix(rows, ROWS, width, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> params =
        Map.of("objective", "multi:softprob", "num_class", CLASSES, "max_depth", 6, "nthread", 1);
    return XGBoost.train(matrix, params, 120, Map.of(), null, null).toByteArray("ubj");
  }
}
