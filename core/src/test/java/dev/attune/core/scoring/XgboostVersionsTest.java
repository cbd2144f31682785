package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The law: what any version saved gives what that version says. */
class XgboostVersionsTest {
  static List<VersionedModel> models() throws IOException {
    return VersionedModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void aSavedModelGivesWhatItsVersionSays(VersionedModel model) throws Exception {
    FlatForest forest = FlatForest.read(model.file());

    for (int i = 0; i < model.rows().length; i++) {
      assertThat(forest.margins(model.rows()[i]))
          .as("row %d", i)
          .usingComparatorWithPrecision(accuracy(model))
          .containsExactly(model.margins()[i]);
    }
  }

  /** To the bit; a step between expectiles has a base margin whose last bits a bundle brings. */
  private static float accuracy(VersionedModel model) {
    return model.name().endsWith("expectiles.ubj") ? 1e-6f : 0;
  }

  @ParameterizedTest
  @MethodSource("models")
  void predictionsAreThoseOfItsVersion(VersionedModel model) throws Exception {
    FlatForest forest = FlatForest.read(model.file());

    for (int i = 0; i < model.rows().length; i++) {
      float[] ours = forest.predict(forest.margins(model.rows()[i]));
      // before 3.4 XGBoost left crossing quantiles as they are
      float[] theirs = model.predictions()[i].clone();
      if (model.name().endsWith("quantiles.json")) {
        java.util.Arrays.sort(theirs);
      }
      for (int c = 0; c < theirs.length; c++) {
        float mine = forest.outputs() == 1 && ours.length == 2 ? ours[1] : ours[c];
        assertThat(mine).isCloseTo(theirs[c], within(1e-6f + 1e-6f * Math.abs(theirs[c])));
      }
    }
  }

  @Test
  void quantilesThatDescendAreRefused() throws Exception {
    String json =
        new String(VersionedModel.named("2.0.3/quantiles.json").file(), StandardCharsets.UTF_8);
    byte[] descending =
        json.replace("[1E-1,5E-1,9E-1]", "[9E-1,5E-1,1E-1]").getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> FlatForest.read(descending))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("quantile_alpha")
        .hasMessageContaining("ascend");
  }
}
