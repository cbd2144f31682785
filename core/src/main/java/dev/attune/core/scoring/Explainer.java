package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a model said what it said: how much each feature and segment moved a label's margin. Texts
 * are not needed, only what they scored at the time, so that a prediction whose text is gone can
 * still be explained; the text models, most of a bundle's memory, are left on disk. Immutable and
 * safe for all threads.
 */
public final class Explainer {
  private final ModelManifest manifest;
  private final FlatForest forest;
  private final Blend blend;
  private final RowEncoder encoder;
  private final RowFit fit;

  Explainer(ModelManifest manifest, FlatForest forest) {
    this.manifest = manifest;
    this.forest = forest;
    this.blend = Blend.of(manifest.encodings(), manifest.sentenceShare());
    this.encoder = new RowEncoder(manifest.encodings(), Map.of());
    this.fit = new RowFit(manifest.featureSetId(), manifest.encodings());
  }

  /** A feature's or a segment's part in a margin: of all its columns together. */
  public record Part(String feature, float contribution) {}

  /**
   * The parts and the bias add up to the margin.
   *
   * @param parts the largest first, by size without sign
   */
  public record Explanation(String label, float margin, float bias, List<Part> parts) {}

  /**
   * Of a published bundle.
   *
   * @throws ModelException when it can't be read or its model is served elsewhere
   */
  public static Explainer load(Path dir) throws ModelException {
    ModelManifest manifest = BundleFiles.manifest(dir);
    if (manifest.remote() != null) {
      throw new ModelException(
          "Version " + manifest.version() + " is served elsewhere, which explains nothing.");
    }
    try {
      return new Explainer(manifest, ModelBundle.forest(dir, manifest));
    } catch (IOException e) {
      throw new ModelException("Version " + manifest.version() + " can't be read.", e);
    }
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** The text scores in a dense row, as predictions store them. */
  public float[] textScores(float[] encoded) {
    return encoder.textScores(encoded);
  }

  /**
   * Explains one label's margin.
   *
   * @param row with or without its tokens
   * @throws IllegalArgumentException when row, scores or label are not this model's
   */
  public Explanation explain(FeatureRow row, float[] textScores, String label) {
    int index = manifest.labels().indexOf(label);
    if (index < 0) {
      throw new IllegalArgumentException("the model has no label " + label);
    }
    fit.check(row);
    float[] encoded = encoder.encodeRead(row, textScores);
    // of two labels the second has the only margin, and the first its opposite
    boolean opposite = forest.outputs() == 1 && manifest.labels().size() == 2 && index == 0;
    int output = forest.outputs() == 1 ? 0 : index;
    float[] columns = blend.contributions(forest.contributions(encoded, output), encoded, output);
    float margin = blend.apply(forest.margins(encoded), encoded)[output];
    return explanation(label, columns, margin, opposite ? -1 : 1);
  }

  private Explanation explanation(String label, float[] columns, float margin, int sign) {
    Map<String, Float> byFeature = new LinkedHashMap<>();
    int at = 0;
    for (Encoding encoding : manifest.encodings()) {
      int size = encoding.columns().size();
      for (int i = 0; i < size; i++) {
        byFeature.merge(encoding.feature(), sign * columns[at++], Float::sum);
      }
    }
    List<Part> parts = new ArrayList<>();
    byFeature.forEach((feature, value) -> parts.add(new Part(feature, value)));
    parts.sort(
        Comparator.comparing((Part part) -> -Math.abs(part.contribution()))
            .thenComparing(Part::feature));
    return new Explanation(label, sign * margin, sign * columns[at], List.copyOf(parts));
  }
}
