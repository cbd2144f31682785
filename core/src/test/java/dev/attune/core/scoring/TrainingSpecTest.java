package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingSpecTest {
  private final Problems problems = new Problems();

  @Test
  void readsTheWholeFile() {
    TrainingSpec spec =
        parse(
            """
            label: {event: issue_opened, field: category, for: message_sent, within: 10m}
            split: {test: 25%}
            columns: {clicks: none, locale: target}
            text: {bits: 12, epochs: 3}
            xgboost: {rounds: 7, eta: 0.3}
            gates: {top1: {at_least: 0.4, above: majority_top1}}
            """);

    assertThat(problems.list()).isEmpty();
    assertThat(spec.testShare()).isEqualTo(0.25);
    assertThat(spec.boosting().rounds()).isEqualTo(7);
    assertThat(spec.boosting().parameters())
        .containsEntry("eta", "0.3")
        .doesNotContainKey("rounds");
    assertThat(spec.columns()).containsEntry("locale", TrainingSpec.Column.TARGET);
  }

  @Test
  void segmentsAreColumnsUnlessTheyAreLeftOut() {
    assertThat(parse("columns: {}").encoding("clicker")).isEqualTo(TrainingSpec.Column.MEMBER);
    assertThat(parse("columns: {segment:clicker: none}").encoding("clicker"))
        .isEqualTo(TrainingSpec.Column.NONE);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void gatesSayWhatIsMissing() {
    TrainingSpec spec = parse("gates: {top1: {at_least: 0.4, above: majority_top1}}");

    assertThat(spec.failures(Map.of("top1", 0.5, "majority_top1", 0.3))).isEmpty();
    assertThat(spec.failures(Map.of("top1", 0.3, "majority_top1", 0.2)))
        .containsExactly("top1 is 0.300, at least 0.400 is asked");
    assertThat(spec.failures(Map.of("top1", 0.5, "majority_top1", 0.6)))
        .containsExactly("top1 is 0.500, not above majority_top1");
    assertThat(spec.failures(Map.of())).hasSize(1);
  }

  @Test
  void namesMistakesWithTheirLines() {
    parse(
        """
        split: {test: 120%}
        columns:
          click: number
          clicks: one_hot
          segment:clicks: none
          segment:clicker: one_hot
        gate: {}
        """);

    assertThat(problems.list())
        .extracting(problem -> problem.line() + " " + problem.message())
        .containsExactly(
            "1 `split.test` must be a share such as 20%",
            "3 unknown feature or segment `click` (did you mean `clicks`?)",
            "4 `clicks` can't be encoded as one_hot",
            "5 unknown feature or segment `segment:clicks` (did you mean `segment:clicker`?)",
            "6 `segment:clicker` can't be encoded as one_hot",
            "7 unknown key `gate` (did you mean `gates`?)");
  }

  private TrainingSpec parse(String yaml) {
    FeatureSet features =
        FeatureSet.parse(
            YamlNode.parse(
                "features.yaml",
                "features: {clicks: {count: clicked, window: 1h}, locale: {last: any.locale}}",
                problems));
    SegmentSet segments =
        SegmentSet.parse(
            YamlNode.parse("segments.yaml", "segments: {clicker: {enter: clicks >= 3}}", problems),
            features);
    return TrainingSpec.parse(YamlNode.parse("training.yaml", yaml, problems), features, segments);
  }
}
