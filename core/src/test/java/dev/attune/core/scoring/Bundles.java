package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/** Writes small real bundles: a number, a category and a text, two labels. */
final class Bundles {
  static final String FEATURES = "set-1";
  static final List<String> LABELS = List.of("billing", "shipping");
  private static final int COLUMNS = 5;

  private Bundles() {}

  static Path write(Path dir, String version) throws IOException, XGBoostError, ModelException {
    return write(dir, version, FEATURES);
  }

  static Path write(Path dir, String version, String features)
      throws IOException, XGBoostError, ModelException {
    return write(dir, version, features, encodings());
  }

  /** One more column: whether the user is in the segment {@code loyal} of this definition. */
  static Path writeWithSegment(Path dir, String version, String definition)
      throws IOException, XGBoostError, ModelException {
    List<Encoding> encodings = new ArrayList<>(encodings());
    encodings.add(Encoding.Segment.of("loyal", 0, definition));
    return write(dir, version, FEATURES, encodings);
  }

  /** Two more columns: what a linear model says of the encoded message, which counts for 40 %. */
  static Path writeWithMessage(Path dir, String version, String encoderId)
      throws IOException, XGBoostError, ModelException {
    List<Encoding> encodings = new ArrayList<>(encodings());
    encodings.add(Encoding.Sentence.of("sentence.weights", encoderId, LABELS));
    return write(dir, version, FEATURES, encodings);
  }

  static SentenceModel sentences() {
    Random random = new Random(6);
    float[] weights = new float[2 * LetterEncoder.DIMENSIONS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return new SentenceModel(new float[] {0.2f, -0.2f}, weights);
  }

  private static Path write(Path dir, String version, String features, List<Encoding> encodings)
      throws IOException, XGBoostError, ModelException {
    Files.createDirectories(dir);
    TextModel text = text();
    RowEncoder encoder =
        new RowEncoder(
            encodings,
            Map.of("text-message.weights", text),
            new RowEncoder.Sentences(Map.of("sentence.weights", sentences()), null));
    byte[] trees = trees(version.hashCode(), encoder.width());
    Files.write(dir.resolve(BundleFiles.MODEL), trees);
    text.write(dir.resolve("text-message.weights"));
    if (readsMessage(encodings)) {
      sentences().write(dir.resolve("sentence.weights"));
    }
    BundleFiles.seal(dir, manifest(version, features, trees, encodings, encoder));
    return dir;
  }

  private static boolean readsMessage(List<Encoding> encodings) {
    return encodings.stream().anyMatch(Encoding.Sentence.class::isInstance);
  }

  static List<Encoding> encodings() {
    return List.of(
        new Encoding.Number("clicks", 0),
        new Encoding.OneHot("locale", 0, List.of("en", "es")),
        new Encoding.Text("message", 0, "text-message.weights", LABELS));
  }

  static FeatureRow row(double clicks, @Nullable String locale, int... tokens) {
    int[] counts = new int[tokens.length];
    java.util.Arrays.fill(counts, 1);
    return new FeatureRow(
        FEATURES,
        new double[] {clicks},
        new @Nullable String[] {locale},
        new TokenBag[] {new TokenBag(tokens, counts)});
  }

  static TextModel text() {
    Random random = new Random(5);
    float[] idf = new float[256];
    float[] weights = new float[512];
    for (int i = 0; i < weights.length; i++) {
      idf[i / 2] = 1 + random.nextFloat();
      weights[i] = (float) random.nextGaussian();
    }
    return TextModel.of(8, new float[] {0.1f, -0.1f}, idf, weights);
  }

  private static byte[] trees(long seed, int columns) throws XGBoostError {
    Random random = new Random(seed);
    float[] rows = new float[100 * columns];
    float[] labels = new float[100];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < labels.length; i++) {
      int last = columns > COLUMNS ? COLUMNS : 3;
      labels[i] = rows[i * columns] + rows[i * columns + last] > 0 ? 1 : 0;
    }
    DMatrix matrix = new DMatrix(rows, 100, columns, Float.NaN);
    matrix.setLabel(labels);
    Map<String, Object> params =
        Map.of("objective", "multi:softprob", "num_class", 2, "max_depth", 3, "nthread", 1);
    return XGBoost.train(matrix, params, 5, Map.of(), null, null).toByteArray("ubj");
  }

  private static ModelManifest manifest(
      String version, String features, byte[] trees, List<Encoding> encodings, RowEncoder encoder)
      throws ModelException {
    FlatForest forest = FlatForest.read(trees);
    List<ModelManifest.SelfCheck> checks = new ArrayList<>();
    for (FeatureRow row : List.of(row(3, "es", 4, 9), row(Double.NaN, null), row(-1, "fr", 7))) {
      float[] message =
          readsMessage(encodings) && row.tokens()[0].size() > 0
              ? new LetterEncoder("any").encode("self check")
              : null;
      float[] encoded = encoder.encode(row, message);
      checks.add(SelfChecks.record(of(row, features), message, encoded, forest.margins(encoded)));
    }
    return ModelManifest.builder("intent", version)
        .playbook("shop")
        .columns(features, encodings)
        .labels(LABELS)
        .evaluated(
            Map.of("top1", 0.5),
            new ModelManifest.DataRange("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 100, 20))
        .created("2026-01-02T03:04:05Z")
        .selfCheck(checks)
        .sentenceShare(readsMessage(encodings) ? 0.4f : 0)
        .build();
  }

  private static FeatureRow of(FeatureRow row, String features) {
    return new FeatureRow(features, row.numbers(), row.categories(), row.tokens());
  }
}
