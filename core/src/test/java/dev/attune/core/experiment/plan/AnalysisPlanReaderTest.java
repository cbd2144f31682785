package dev.attune.core.experiment.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.AnalysisPlan.Correction;
import dev.attune.core.experiment.plan.AnalysisPlan.Measured;
import dev.attune.core.experiment.plan.AnalysisPlan.Role;
import dev.attune.core.experiment.plan.AnalysisPlan.Sample;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.OnlyProblem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The value of {@code judge}. */
class AnalysisPlanReaderTest {
  private static final FeatureSet FEATURES =
      FeatureSet.parse(
          YamlNode.parse(
              "features.yaml",
              """
              features:
                clicks: {count: clicked, window: 1h}
                page: {last: page_viewed.page, window: 1h}
              """,
              new Problems()));

  private final Problems problems = new Problems();
  private final Map<String, Metric> metrics = new LinkedHashMap<>();

  AnalysisPlanReaderTest() {
    for (String name : List.of("time", "csat", "handoff")) {
      metrics.put(
          name,
          new Metric(
              name,
              Metric.Kind.COUNT,
              Duration.ofDays(1),
              true,
              Duration.ZERO,
              0.5,
              null,
              null,
              Metric.Unit.NUMBER,
              null));
    }
  }

  @Test
  void withoutAPlanNothingIsMeasured() {
    assertThat(read("")).isEqualTo(AnalysisPlan.NONE);
    assertThat(AnalysisPlan.NONE.metrics()).isEmpty();
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void whatIsNotSaidIsAsWithoutAPlan() {
    AnalysisPlan usual = AnalysisPlan.NONE;

    assertThat(read("goal: time"))
        .isEqualTo(
            new AnalysisPlan(
                List.of(new Measured(metric("time"), Role.GOAL)),
                null,
                usual.alpha(),
                usual.power(),
                usual.sample(),
                usual.correction(),
                usual.bandit()));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void everyKeyArrivesInThePlan() {
    AnalysisPlan plan =
        read(
            """
            goal: time
            others: [csat]
            guardrails: handoff
            covariate: clicks
            alpha: 0.01
            power: 0.9
            plannedUsers: 500
            minUsers: 50
            minDuration: 3d
            correction: benjamini-hochberg
            bandit: true
            """);

    assertThat(plan)
        .isEqualTo(
            new AnalysisPlan(
                List.of(
                    new Measured(metric("time"), Role.GOAL),
                    new Measured(metric("csat"), Role.OTHER),
                    new Measured(metric("handoff"), Role.GUARDRAIL)),
                "clicks",
                0.01,
                0.9,
                new Sample(500, 50, Duration.ofDays(3)),
                Correction.BENJAMINI_HOCHBERG,
                true));
    assertThat(plan.metrics()).containsExactly(metric("time"), metric("csat"), metric("handoff"));
    assertThat(problems.list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "others: csat | `goal` is missing",
        "{goal: time, gaurdrails: csat} | did you mean `guardrails`",
        "{goal: time, others: time} | `time` is named twice",
        "{goal: tim} | did you mean `time`",
        "{goal: time, covariate: page} | unknown number feature `page` (known: clicks)",
        "{goal: time, covariate: clics} | did you mean `clicks`",
        "{goal: time, minUsers: 1} | from 2 to",
        "{goal: time, plannedUsers: 1} | from 2 to",
      })
  void saysWhatIsWrong(String judge, String says) {
    read(judge);

    assertThat(OnlyProblem.of(problems)).contains(says);
  }

  @Test
  void aMetricThatIsNamedTwiceCountsOnce() {
    assertThat(read("{goal: time, others: [time, csat]}").metrics())
        .containsExactly(metric("time"), metric("csat"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "-0.1", "1.1", "NaN"})
  void alphaAndPowerAreChancesThatAreNeitherNoneNorAll(String share) {
    AnalysisPlan plan = read("{goal: time, alpha: " + share + ", power: " + share + "}");

    assertThat(problems.list()).hasSize(2);
    assertThat(plan.alpha()).isEqualTo(AnalysisPlan.NONE.alpha());
    assertThat(plan.power()).isEqualTo(AnalysisPlan.NONE.power());
  }

  private Metric metric(String name) {
    return metrics.getOrDefault(name, metrics.values().iterator().next());
  }

  private AnalysisPlan read(String yaml) {
    return new AnalysisPlanReader(metrics, FEATURES)
        .read(YamlNode.parse("experiments.yaml", yaml, problems));
  }
}
