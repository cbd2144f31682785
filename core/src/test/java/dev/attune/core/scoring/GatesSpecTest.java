package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a candidate is asked, as declared and without a word. */
class GatesSpecTest {
  private final Problems problems = new Problems();

  @Test
  void calibrationAndFrequentLabelsHaveABoundWithoutBeingDeclared() {
    Map<String, Double> bad = Map.of("too_sure", 0.11, "frequent_recall", 0.01);
    assertThat(parse("model: m").failures(bad))
        .containsExactly(
            "too_sure is 0.110, at most 0.100 is asked",
            "frequent_recall is 0.010, at least 0.020 is asked");
    assertThat(parse("model: m").failures(Map.of("too_sure", 0.1, "frequent_recall", 0.02)))
        .isEmpty();
    assertThat(parse("model: m").failures(Map.of())).as("a model of one's own").isEmpty();
  }

  @Test
  void aDeclaredBoundTakesThePlaceOfTheUsualOne() {
    Map<String, Double> bad =
        Map.of("ece", 0.2, "too_sure", 0.11, "least_recall", 0.0, "frequent_recall", 0.01);
    assertThat(
            parse("gates: {too_sure: {at_most: 0.2}, frequent_recall: {at_least: 0}}")
                .failures(bad))
        .isEmpty();
    assertThat(parse("gates: {ece: {at_most: 0.3}, least_recall: {at_least: 0}}").failures(bad))
        .as("they are other measures")
        .hasSize(2);
    assertThat(parse("gates: {too_sure: {at_most: 0.12}}").failures(bad))
        .containsExactly("frequent_recall is 0.010, at least 0.020 is asked");
    assertThat(parse("gates: {frequent_recall: {at_least: 0.5}}").failures(bad))
        .containsExactly(
            "frequent_recall is 0.010, at least 0.500 is asked",
            "too_sure is 0.110, at most 0.100 is asked");
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void whatGatesAskWithoutAMetricIsDeclaredOrUsual() {
    TrainingSpec.Gates usual = parse("model: m").gates();
    assertThat(usual.betterThanLive()).isTrue();
    assertThat(usual.comparedRows()).isEqualTo(100);
    assertThat(usual.leakErrors()).isEqualTo(4);

    TrainingSpec.Gates declared =
        parse("gates: {better_than_live: false, compared_rows: 250, leak_errors: 2.5}").gates();
    assertThat(problems.list()).isEmpty();
    assertThat(declared.betterThanLive()).isFalse();
    assertThat(declared.comparedRows()).isEqualTo(250);
    assertThat(declared.leakErrors()).isEqualTo(2.5);
  }

  @Test
  void whatAVersionMustPassBeforeItGoesLiveIsDeclared() {
    assertThat(parse("model: m").needs()).isEmpty();
    assertThat(parse("promotion: {needs: offline}").needs()).isEmpty();
    assertThat(parse("promotion: {needs: [canary, offline, shadow]}").needs())
        .containsExactly(RolloutProgress.Step.SHADOW, RolloutProgress.Step.CANARY);
    assertThat(problems.list()).isEmpty();
    parse("promotion: {needs: [shadow], need: 1}");
    parse("promotion: {needs: [offline, shadw]}");
    assertThat(problems.list())
        .extracting(problem -> problem.message())
        .containsExactlyInAnyOrder(
            "`promotion.needs` must name `offline`: gates are always asked",
            "unknown key `need` (did you mean `needs`?)",
            "`promotion.needs` doesn't know `shadw` (did you mean `shadow`?)");
  }

  @Test
  void aThresholdThatCannotBeIsAMistake() {
    TrainingSpec spec =
        parse(
            """
            gates:
              compared_rows: 0
              leak_errors: -1
              better_than_live: perhaps
            rollout:
              since_training: {rows: many, worse: NaN, wrose: 1}
              failed_rows: 0
            """);

    assertThat(problems.list())
        .extracting(problem -> problem.line() + " " + problem.message())
        .containsExactlyInAnyOrder(
            "2 `gates.compared_rows` must be a whole number from 1 to 1000000000, not 0",
            "3 `leak_errors` must be a number from 0 up, not -1",
            "4 `gates.better_than_live` must be true or false, not `perhaps`",
            "6 `rollout.since_training.rows` must be a whole number from 1 to 1000000000, not `many`",
            "6 `worse` must be a number from 0 up, not NaN",
            "6 unknown key `wrose` (did you mean `worse`?)",
            "7 `rollout.failed_rows` must be a whole number from 1 to 1000000000, not 0");
    assertThat(spec.gates().comparedRows()).isEqualTo(100);
    assertThat(spec.rollout().sinceTraining()).isEqualTo(new RolloutSpec.SinceTraining(100, 0.02));
  }

  private TrainingSpec parse(String yaml) {
    String clicks = "features: {clicks: {count: clicked, window: 1h}}";
    FeatureSet features = FeatureSet.parse(YamlNode.parse("features.yaml", clicks, problems));
    return TrainingSpec.parse(
        YamlNode.parse("training.yaml", yaml, problems), features, SegmentSet.none());
  }
}
