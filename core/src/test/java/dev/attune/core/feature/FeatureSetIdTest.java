package dev.attune.core.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureSetIdTest {
  private static final String GAP_10M = "session: {gap: 10m}\n";

  private static String id(String yaml) {
    var problems = new Problems();
    FeatureSet features = FeatureSet.parse(YamlNode.parse("features.yaml", yaml, problems));
    problems.throwIfAny();
    return features.id();
  }

  private static String declared(String feature) {
    return "features:\n  f: {" + feature + "}\n";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "count: clicked, scope: session",
        "first: page_viewed.page, scope: session",
        "count: session, window: 7d",
        "time_since: session",
      })
  void anotherGapIsAnotherMeaningOfSessionFeatures(String feature) {
    String standard = id(declared(feature));

    assertThat(id(GAP_10M + declared(feature))).isNotEqualTo(standard);
    assertThat(id("session: {gap: 1800s}\n" + declared(feature))).isEqualTo(standard);
    assertThat(id("session: {gap: 600s}\n" + declared(feature)))
        .isEqualTo(id(GAP_10M + declared(feature)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"count: clicked, window: 7d", "time_since: session_started"})
  void theGapIsNoPartOfOtherFeatures(String feature) {
    assertThat(id(GAP_10M + declared(feature))).isEqualTo(id(declared(feature)));
  }
}
