package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that reads the newest message by a sentence encoder beside its trees. */
class SentenceBundleTest {
  private static final String MESSAGE = "where is my parcel";

  private final LetterEncoder encoder = new LetterEncoder("letters");
  private final FeatureRow plain = Bundles.row(-0.5, "es", 4, 9);
  private final FeatureRow written = plain.withMessage(MESSAGE);
  @TempDir private Path home;
  private Path dir;
  private ModelBundle bundle;

  @BeforeEach
  void load() throws Exception {
    dir = Bundles.writeWithMessage(home.resolve("bundle"), "1", "letters");
    bundle = ModelBundle.load(dir, encoder.alone());
  }

  private float[] probabilities(FeatureRow row) {
    return bundle.score(List.of(row)).getFirst().probabilities();
  }

  @Test
  void probabilitiesAreThoseOfTheMixedMargins() {
    float[] encoded = bundle.encode(written);
    float[] margins = bundle.margins(encoded);
    float[] shares = Bundles.sentences().score(encoder.encode(MESSAGE));

    double[] mixed = {0.6 * margins[0] + 0.4 * shares[0], 0.6 * margins[1] + 0.4 * shares[1]};

    assertThat(encoded).endsWith(shares);
    assertThat((double) probabilities(written)[1])
        .isCloseTo(1 / (1 + Math.exp(mixed[0] - mixed[1])), within(1e-6));
    assertThat(probabilities(written)).isEqualTo(bundle.score(encoded));
    assertThat(bundle.scoreEncoded(List.of(encoded)).getFirst()).isEqualTo(bundle.score(encoded));
  }

  @Test
  void withoutAMessageTheTreesAloneDecide() {
    float[] encoded = bundle.encode(plain);

    assertThat(encoded).endsWith(Float.NaN, Float.NaN);
    assertThat(probabilities(plain)).isEqualTo(bundle.forest().predict(bundle.margins(encoded)));
    assertThat(probabilities(plain)).isNotEqualTo(probabilities(written));
  }

  @Test
  void manyRowsScoreAsEachAlone() {
    List<FeatureRow> rows = List.of(plain, written, plain.withMessage("refund"), written);

    List<RowScores> together = bundle.score(rows);

    for (int i = 0; i < rows.size(); i++) {
      assertThat(together.get(i).probabilities()).isEqualTo(probabilities(rows.get(i)));
    }
  }

  @Test
  void explanationsAddUpWithoutTheMessage() throws Exception {
    FeatureRow stored =
        new FeatureRow(Bundles.FEATURES, plain.numbers(), plain.categories(), new TokenBag[0]);
    float[] encoded = bundle.encode(written);

    var explanation = Explainer.load(dir).explain(stored, bundle.textScores(encoded), "shipping");

    double sum = explanation.bias();
    for (Explainer.Part part : explanation.parts()) {
      sum += part.contribution();
    }
    float trees = bundle.margins(encoded)[1];
    float share = Bundles.sentences().score(encoder.encode(MESSAGE))[1];
    assertThat((double) explanation.margin()).isCloseTo(0.6 * trees + 0.4 * share, within(1e-5));
    assertThat(sum).isCloseTo(explanation.margin(), within(1e-5));
    assertThat(explanation.parts()).extracting(Explainer.Part::feature).contains("encoder:message");
  }

  @Test
  void anEncoderThatIsNotHereIsNamed() {
    assertThatThrownBy(() -> ModelBundle.load(dir, new LetterEncoder("other").alone()))
        .isInstanceOf(ModelException.class)
        .hasMessage("Version 1 needs the sentence encoder letters, which isn't here.");
  }

  @Test
  void canBeLookedAtWithoutTheEncoderButNotScoreMessages() throws Exception {
    ModelBundle looked = ModelBundle.load(dir);

    assertThat(looked.manifest().sentenceShare()).isEqualTo(0.4f);
    assertThat(looked.score(List.of(plain)).getFirst().probabilities())
        .isEqualTo(probabilities(plain));
    assertThatThrownBy(() -> looked.score(List.of(written)))
        .hasMessageContaining("without its sentence encoder");
  }

  @Test
  void otherWeightsFailTheSelfCheck() throws Exception {
    float[] weights = new float[2 * LetterEncoder.DIMENSIONS];
    new SentenceModel(new float[2], weights).write(dir.resolve("sentence.weights"));
    var unused = BundleFiles.seal(dir, BundleFiles.manifest(dir));

    assertThatThrownBy(() -> ModelBundle.load(dir)).hasMessageContaining("self-check row");
  }

  @Test
  void weightsOfAnotherWidthAreRefused() throws Exception {
    new SentenceModel(new float[2], new float[6]).write(dir.resolve("sentence.weights"));
    var unused =
        BundleFiles.seal(dir, BundleFiles.manifest(dir).toBuilder().selfCheck(List.of()).build());

    assertThatThrownBy(() -> ModelBundle.load(dir, encoder.alone()))
        .hasMessage("The encoder of version 1 gives 26 numbers, its model reads 3.");
  }

  @Test
  void aShareNeedsASentenceModel() throws Exception {
    Path other = Bundles.write(home.resolve("other"), "2");
    var unused =
        BundleFiles.seal(
            other, BundleFiles.manifest(other).toBuilder().sentenceShare(0.5f).build());

    assertThatThrownBy(() -> ModelBundle.load(other))
        .hasMessage("Version 2 has no sentence model.");
  }

  @Test
  void withoutAnEncoderAManifestIsAsItWasBefore() throws Exception {
    Path old = Bundles.write(home.resolve("old"), "1");

    assertThat(Files.readString(old.resolve(BundleFiles.MANIFEST)))
        .contains("selfCheck")
        .doesNotContain("sentenceShare", "\"message\" :");
    assertThat(ModelBundle.load(old).manifest().sentenceShare()).isZero();
  }

  @Test
  void aNewMessageIsToldFromAKnownOne() {
    assertThat(bundle.hasNewMessage(plain)).isFalse();
    assertThat(bundle.hasNewMessage(written)).isTrue();
    int before = encoder.calls();

    bundle.readMessage(written);
    bundle.readMessage(plain);

    assertThat(encoder.calls()).isEqualTo(before + 1);
  }

  @Test
  void aModelThatReadsNoMessageEncodesNone() throws Exception {
    ModelBundle other =
        ModelBundle.load(
            Bundles.write(home.resolve("other"), "2"),
            new SentenceEncoders() {
              @Override
              public SentenceEncoder own() {
                throw new AssertionError("no encoder is needed");
              }

              @Override
              public Optional<SentenceEncoder> find(String id) {
                throw new AssertionError("no encoder is needed");
              }
            });

    assertThat(other.hasNewMessage(written)).isFalse();
    assertThat(other.score(List.of(written)).getFirst().probabilities())
        .isEqualTo(other.score(List.of(plain)).getFirst().probabilities());
  }
}
