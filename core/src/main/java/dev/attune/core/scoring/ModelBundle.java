package dev.attune.core.scoring;

import dev.attune.core.feature.FeatureRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model ready to score: the forest, the encodings and the names of its labels. A model that is
 * served elsewhere has no forest here, only its encodings. Immutable and safe for all threads.
 *
 * <p>Loading verifies every checksum and recomputes the self-check rows of the manifest; what
 * doesn't come out equal to the bit is refused.
 */
public final class ModelBundle {
  private final ModelManifest manifest;
  private final @Nullable FlatForest forest;
  private final Blend blend;
  private final RowEncoder encoder;
  private final @Nullable BatchScorer batches;
  private final @Nullable Explainer explainer;
  private final List<String> columns;
  private final RowFit fit;

  private ModelBundle(ModelManifest manifest, @Nullable FlatForest forest, RowEncoder encoder) {
    this.manifest = manifest;
    this.forest = forest;
    this.encoder = encoder;
    this.blend = Blend.of(manifest.encodings(), manifest.sentenceShare());
    this.batches = forest == null ? null : new BatchScorer(encoder, forest, blend);
    this.explainer = forest == null ? null : new Explainer(manifest, forest);
    this.columns = Encoding.columns(manifest.encodings());
    this.fit = new RowFit(manifest.featureSetId(), manifest.encodings());
  }

  /** To look at, or to score rows without messages. */
  public static ModelBundle load(Path dir) throws ModelException {
    return load(dir, null);
  }

  /**
   * To score with.
   *
   * @throws ModelException when it can't be read, is not what was trained, or needs an encoder that
   *     isn't here
   */
  public static ModelBundle load(Path dir, @Nullable SentenceEncoders encoders)
      throws ModelException {
    ModelManifest manifest = BundleFiles.manifest(dir);
    try {
      FlatForest forest = manifest.remote() == null ? forest(dir, manifest) : null;
      Map<String, TextModel> texts = new HashMap<>();
      for (Encoding encoding : manifest.encodings()) {
        if (encoding instanceof Encoding.Text text) {
          texts.put(text.file(), text(dir, manifest, text));
        }
      }
      RowEncoder encoder =
          new RowEncoder(
              manifest.encodings(), texts, BundledSentences.read(dir, manifest, encoders));
      ModelBundle bundle = new ModelBundle(manifest, forest, encoder);
      bundle.checkShape();
      bundle.checkRows();
      return bundle;
    } catch (IOException e) {
      throw new ModelException("Version " + manifest.version() + " can't be read.", e);
    } catch (OutOfMemoryError e) {
      throw new ModelException(
          "Version " + manifest.version() + " takes more memory than there is.", e);
    }
  }

  static FlatForest forest(Path dir, ModelManifest manifest) throws IOException, ModelException {
    Path model = BundleFiles.verified(dir, manifest, BundleFiles.MODEL);
    FlatForest forest = FlatForest.read(BundleFiles.model(model), SelfChecks.base(manifest));
    Calibration calibration = manifest.calibration();
    return calibration == null ? forest : forest.calibrated(calibration);
  }

  private static TextModel text(Path dir, ModelManifest manifest, Encoding.Text text)
      throws IOException, ModelException {
    TextModel model = TextModel.read(BundleFiles.verified(dir, manifest, text.file()));
    if (model.classes() != text.labels().size()) {
      throw new ModelException(text.file() + " has another number of labels than the manifest.");
    }
    return model;
  }

  private void checkShape() throws ModelException {
    FlatForest forest = this.forest;
    if (forest == null) {
      return;
    }
    if (encoder.width() != forest.width()) {
      throw new ModelException(
          "The encodings of version %s give %d columns, its model reads %d."
              .formatted(manifest.version(), encoder.width(), forest.width()));
    }
    if (blend.share() > 0 && forest.outputs() != manifest.labels().size()) {
      throw new ModelException(
          "Version " + manifest.version() + " has no margin per label to blend with.");
    }
    if (manifest.labels().size() != forest.predictions()) {
      throw new ModelException(
          "The manifest of version %s names %d labels, its model has %d."
              .formatted(manifest.version(), manifest.labels().size(), forest.predictions()));
    }
  }

  private void checkRows() throws ModelException {
    for (int i = 0; i < manifest.selfCheck().size(); i++) {
      ModelManifest.SelfCheck check = manifest.selfCheck().get(i);
      try {
        float[] encoded = SelfChecks.encoded(check);
        float[] margins = SelfChecks.margins(check);
        FeatureRow row = SelfChecks.row(manifest.featureSetId(), check);
        if (SelfChecks.equal(encoded, encode(row, SelfChecks.message(check)))
            && (forest == null || SelfChecks.equal(margins, forest.margins(encoded)))) {
          continue;
        }
      } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
        throw new ModelException(
            "Self-check row " + i + " of version " + manifest.version() + " does not fit.", e);
      }
      throw new ModelException(
          "Version %s scores self-check row %d otherwise than when it was trained."
              .formatted(manifest.version(), i));
    }
  }

  public ModelManifest manifest() {
    return manifest;
  }

  /** Explains with this bundle's forest; none of a model that is served elsewhere. */
  public Optional<Explainer> explainer() {
    return Optional.ofNullable(explainer);
  }

  /** Columns of the dense row. */
  public int width() {
    return encoder.width();
  }

  public List<String> columnNames() {
    return columns;
  }

  /**
   * The dense row of a feature row.
   *
   * @throws IllegalArgumentException when the row is of other features or segments
   */
  public float[] encode(FeatureRow row) {
    fit.check(row);
    return encoder.encode(row);
  }

  private float[] encode(FeatureRow row, float @Nullable [] message) {
    fit.check(row);
    return encoder.encode(row, message);
  }

  /** Whether scoring the row takes long, since its message is to be encoded first. */
  public boolean hasNewMessage(FeatureRow row) {
    return encoder.hasNewMessage(row);
  }

  /** Encodes the row's message, so that its encoder remembers it. */
  public void readMessage(FeatureRow row) {
    encoder.readMessage(row);
  }

  /**
   * Why a row can't be scored: it is of other features, or lacks a segment that the model was
   * trained on. Null when it can.
   */
  public @Nullable String misfit(FeatureRow row) {
    return fit.misfit(row);
  }

  /**
   * Scores of many rows, each to the bit as if it were alone; many together cost less a row.
   *
   * @throws IllegalArgumentException when a row is of other features or segments
   */
  public List<RowScores> score(List<FeatureRow> rows) {
    rows.forEach(fit::check);
    return batches().score(rows);
  }

  /** The same of rows that are encoded already: an array of probabilities each. */
  public List<float[]> scoreEncoded(List<float[]> rows) {
    return batches().scoreEncoded(rows);
  }

  /** Probabilities in the order of the labels; the value itself for a regression. */
  public float[] score(float[] encoded) {
    FlatForest forest = forest();
    return forest.predict(blend.apply(forest.margins(encoded), encoded));
  }

  /** The trees' raw scores. */
  public float[] margins(float[] encoded) {
    return forest().margins(encoded);
  }

  /**
   * What the texts of an encoded row scored: with it and the row, {@link Explainer} does without
   * the texts.
   */
  public float[] textScores(float[] encoded) {
    return encoder.textScores(encoded);
  }

  /**
   * The model itself.
   *
   * @throws IllegalStateException when it is served elsewhere
   */
  public FlatForest forest() {
    FlatForest here = forest;
    if (here == null) {
      throw elsewhere();
    }
    return here;
  }

  private BatchScorer batches() {
    BatchScorer here = batches;
    if (here == null) {
      throw elsewhere();
    }
    return here;
  }

  private IllegalStateException elsewhere() {
    return new IllegalStateException("version " + manifest.version() + " is served elsewhere");
  }
}
