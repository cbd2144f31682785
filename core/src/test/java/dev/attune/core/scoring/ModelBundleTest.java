package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelBundleTest {
  @TempDir private Path dir;

  @BeforeEach
  void writeBundle() throws Exception {
    Bundles.write(dir, "2026-01-02.1");
  }

  @Test
  void scoresRowsWithProbabilitiesByLabel() throws Exception {
    ModelBundle bundle = ModelBundle.load(dir);

    float[] encoded = bundle.encode(Bundles.row(2, "es", 4, 9));

    assertThat(bundle.columnNames())
        .containsExactly("clicks", "locale=en", "locale=es", "message~billing", "message~shipping");
    assertThat(encoded).hasSize(bundle.width()).startsWith(2f, 0f, 1f);
    float[] probabilities = bundle.score(encoded);
    assertThat(probabilities).hasSize(2);
    assertThat(probabilities[0] + probabilities[1]).isBetween(0.999999f, 1.000001f);
  }

  @Test
  void whatIsMissingStaysMissing() throws Exception {
    float[] encoded = ModelBundle.load(dir).encode(Bundles.row(Double.NaN, null));

    assertThat(encoded).containsOnly(Float.NaN);
  }

  @Test
  void unknownCategoriesAreNoneOfTheKnownOnes() throws Exception {
    assertThat(ModelBundle.load(dir).encode(Bundles.row(0, "fr", 1))).startsWith(0f, 0f, 0f);
  }

  @Test
  void refusesRowsOfAnotherFeatureSet() throws Exception {
    ModelBundle bundle = ModelBundle.load(dir);
    FeatureRow other =
        new FeatureRow(
            "set-2",
            new double[] {1},
            new @Nullable String[] {"en"},
            new TokenBag[] {TokenBag.EMPTY});

    assertThatThrownBy(() -> bundle.encode(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set-2");
  }

  @Test
  void refusesAForestThatWasChanged() throws Exception {
    flip(BundleFiles.MODEL);

    assertRefused("model.ubj of version 2026-01-02.1 does not match its checksum.");
  }

  @Test
  void refusesTextWeightsThatWereChanged() throws Exception {
    flip("text-message.weights");

    assertRefused("text-message.weights of version 2026-01-02.1 does not match its checksum.");
  }

  @Test
  void refusesAModelThatScoresOtherwise() throws Exception {
    Path other = Bundles.write(dir.resolve("other"), "other");
    ModelManifest manifest = BundleFiles.manifest(dir);
    Files.copy(
        other.resolve(BundleFiles.MODEL),
        dir.resolve(BundleFiles.MODEL),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    BundleFiles.seal(dir, manifest);

    assertRefused("scores self-check row 0 otherwise than when it was trained.");
  }

  @Test
  void refusesLabelsThatDoNotFitTheForest() throws Exception {
    String json = Files.readString(dir.resolve(BundleFiles.MANIFEST));
    Files.writeString(
        dir.resolve(BundleFiles.MANIFEST),
        json.replaceFirst(
            "\"labels\" : \\[ \"billing\", \"shipping\" ]", "\"labels\" : [ \"billing\" ]"));

    assertRefused("names 1 labels, its model has 2.");
  }

  /** They are XGBoost's own, one an output. */
  @Test
  void refusesBaseMarginsThatCannotBeTheModels() throws Exception {
    String json = Files.readString(dir.resolve(BundleFiles.MANIFEST));
    String margins = "\"baseMargins\" : \\[[^\\]]*]";
    assertThat(json).containsPattern(margins);

    Files.writeString(
        dir.resolve(BundleFiles.MANIFEST),
        json.replaceFirst(margins, "\"baseMargins\" : [ 0.5, 0.5, 0.5 ]"));
    assertRefused("The manifest has 3 base margins, its model 2 outputs.");
    Files.writeString(
        dir.resolve(BundleFiles.MANIFEST),
        json.replaceFirst(margins, "\"baseMargins\" : [ 0.5, 1e39 ]"));
    assertThatThrownBy(() -> ModelBundle.load(dir)).isInstanceOf(ModelException.class);
    Files.writeString(
        dir.resolve(BundleFiles.MANIFEST),
        json.replaceFirst(margins, "\"baseMargins\" : [ 0.5, 0.25 ]"));
    assertRefused("otherwise than when it was trained");
  }

  @Test
  void refusesAManifestThatLeadsOutOfItsFolder() throws Exception {
    String json = Files.readString(dir.resolve(BundleFiles.MANIFEST));
    Files.writeString(
        dir.resolve(BundleFiles.MANIFEST),
        json.replace("text-message.weights", "../text-message.weights"));

    assertRefused("has no checksum for ../text-message.weights.");
  }

  @Test
  void refusesFoldersWithoutManifest() throws Exception {
    Files.delete(dir.resolve(BundleFiles.MANIFEST));

    assertRefused("has no manifest.json.");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> ModelBundle.load(dir))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(why);
  }

  private void flip(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(dir.resolve(name));
    bytes[bytes.length / 2] ^= 1;
    Files.write(dir.resolve(name), bytes);
  }
}
