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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final int ROWS = 4096;
  private static final int CHECKS = 16;

  /** Numbers of a row: no playbook's features are more. */
  private static final int NUMBERS = 64;

  private BenchModel() {}

  /** The registry's folder: a playbook's, within the models folder. */
  public static Path registry(Path folder) throws IOException, ModelException, XGBoostError {
    return registry(folder.resolve("models/bench"), "features-of-the-benchmark", numbers());
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
    var registry = new ModelRegistry(root);
    Path staged = registry.stage();
    Files.write(staged.resolve(BundleFiles.MODEL), trees());
    var unused = BundleFiles.seal(staged, manifest(featureSetId, encodings, List.of()));
    List<SelfCheck> checks = checks(ModelBundle.load(staged));
    var unusedToo = BundleFiles.seal(staged, manifest(featureSetId, encodings, checks));
    var unusedPath = registry.publish(staged, "bench.1");
    registry.promote("bench.1");
    return root;
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

  private static ModelManifest manifest(
      String featureSetId, List<Encoding> encodings, List<SelfCheck> checks) {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "label-" + i).toList();
    return ModelManifest.builder("intent", "bench.1")
        .playbook("bench")
        .columns(featureSetId, encodings)
        .labels(labels)
        .evaluated(Map.of(), new ModelManifest.DataRange("", "", ROWS, 0))
        .created("2026-01-02T00:00:00Z")
        .selfCheck(checks)
        .build();
  }

  private static byte[] trees() throws XGBoostError {
    Random random = new Random(1);
    float[] rows = new float[ROWS * COLUMNS];
    float[] labels = new float[ROWS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ROWS; i++) {
      float sum = rows[i * COLUMNS] + rows[i * COLUMNS + 1] * rows[i * COLUMNS + 2];
      labels[i] = Math.floorMod((int) Math.floor(sum * 2), CLASSES);
    }
    DMatrix matrix = new DMatrix(rows, ROWS, COLUMNS, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> params =
        Map.of("objective", "multi:softprob", "num_class", CLASSES, "max_depth", 6, "nthread", 1);
    return XGBoost.train(matrix, params, 120, Map.of(), null, null).toByteArray("ubj");
  }
}
