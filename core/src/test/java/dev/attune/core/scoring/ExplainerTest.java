package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainerTest {
  @TempDir private Path dir;
  private ModelBundle bundle;
  private Explainer explainer;

  @BeforeEach
  void load() throws Exception {
    Bundles.write(dir, "1");
    bundle = ModelBundle.load(dir);
    explainer = Explainer.load(dir);
  }

  @Test
  void explainsARowWhoseTextIsGone() {
    FeatureRow row = Bundles.row(3, "es", 4, 9);
    float[] encoded = bundle.encode(row);
    FeatureRow stored =
        new FeatureRow(Bundles.FEATURES, row.numbers(), row.categories(), new TokenBag[0]);

    var explanation = explainer.explain(stored, bundle.textScores(encoded), "shipping");

    float[] columns = bundle.forest().contributions(encoded, 1);
    assertThat(explanation.margin()).isEqualTo(bundle.margins(encoded)[1]);
    assertThat(explanation.bias()).isEqualTo(columns[5]);
    assertThat(part(explanation, "clicks")).isEqualTo(columns[0]);
    assertThat(part(explanation, "locale")).isEqualTo(columns[1] + columns[2]);
    assertThat(part(explanation, "message")).isEqualTo(columns[3] + columns[4]);
    double sum = explanation.bias();
    for (Explainer.Part part : explanation.parts()) {
      sum += part.contribution();
    }
    assertThat(sum).isCloseTo(explanation.margin(), within(1e-5));
  }

  @Test
  void aBundleExplainsAsItsFilesDo() {
    FeatureRow row = Bundles.row(-1, "fr", 7);
    float[] scores = {-1, -0.5f};

    assertThat(bundle.explainer().orElseThrow().explain(row, scores, "billing"))
        .isEqualTo(explainer.explain(row, scores, "billing"));
    float[] encoded = bundle.encode(row);
    assertThat(explainer.textScores(encoded)).isEqualTo(bundle.textScores(encoded));
  }

  @Test
  void namesTheLargestPartFirst() {
    var explanation =
        explainer.explain(Bundles.row(-1, "fr", 7), new float[] {-1, -0.5f}, "billing");

    assertThat(explanation.parts())
        .isSortedAccordingTo(
            java.util.Comparator.comparing(part -> -Math.abs(part.contribution())));
  }

  @Test
  void needsNoTextModels() throws Exception {
    Files.delete(dir.resolve("text-message.weights"));

    assertThat(Explainer.load(dir).manifest().version()).isEqualTo("1");
  }

  @Test
  void refusesWhatIsNotOfItsModel() {
    FeatureRow row = Bundles.row(1, "en");
    FeatureRow other = new FeatureRow("other", row.numbers(), row.categories(), row.tokens());
    float[] scores = {0, 0};

    assertThatThrownBy(() -> explainer.explain(row, scores, "refund"))
        .hasMessageContaining("no label");
    assertThatThrownBy(() -> explainer.explain(other, scores, "billing"))
        .hasMessageContaining("feature set");
    assertThatThrownBy(() -> explainer.explain(row, new float[3], "billing"))
        .hasMessageContaining("too many");
    assertThatThrownBy(() -> explainer.explain(row, new float[1], "billing"))
        .hasMessageContaining("too few");
  }

  private static float part(Explainer.Explanation explanation, String feature) {
    return explanation.parts().stream()
        .filter(part -> part.feature().equals(feature))
        .findFirst()
        .orElseThrow()
        .contribution();
  }
}
