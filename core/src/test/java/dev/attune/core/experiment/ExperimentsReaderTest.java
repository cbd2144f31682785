package dev.attune.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.plan.AnalysisPlan;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.OnlyProblem;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of {@code experiments.yaml}, as docs/experiments.md describes them. */
class ExperimentsReaderTest {
  private static final Expressions NAMES = new Expressions(Map.of("locale", VariableType.TEXT));
  private static final String ARMS = "variants: [{name: a}, {name: b}]";

  private final Problems problems = new Problems();

  @Test
  void whatIsNotSaidIsAsDocumented() {
    Experiments experiments = parse("experiments: [{id: e, " + ARMS + "}]");
    Experiment e = experiments.find("e").orElseThrow();

    assertThat(e.seed()).isEqualTo("e");
    assertThat(e.slots()).isEmpty();
    assertThat(e.appliesTo("greeting")).isTrue();
    assertThat(e.variants())
        .containsExactly(
            new Experiment.Variant("a", 0.5, true), new Experiment.Variant("b", 0.5, true));
    assertThat(e.audience().coverage()).isEqualTo(1);
    assertThat(e.audience().filters()).isEmpty();
    assertThat(e.audience().targeting().test(Scope.of(NAMES, Map.of()))).isTrue();
    assertThat(e.forced()).isEmpty();
    assertThat(e.model()).isNull();
    assertThat(e.plan()).isEqualTo(AnalysisPlan.NONE);
    assertThat(experiments.settle()).isEqualTo(Duration.ofMinutes(10));
    assertThat(experiments.ids()).containsExactly("e");
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void everyKeyArrives() {
    Experiments experiments =
        parse(
            """
            settle: 3m
            experiments:
              - id: e
                description: a test
                hashAttribute: userId
                seed: pepper
                slots: [greeting]
                coverage: 0.4
                when: locale == "es"
                namespace: {name: checkout, from: 0.1, to: 0.3}
                filters: [{seed: salt, from: 0.5, to: 1}]
                force: {me: b}
                variants:
                  - {name: a, weight: 0.25, personalize: false, description: control}
                  - {name: b, weight: 0.75}
            """);
    Experiment e = experiments.find("e").orElseThrow();

    assertThat(problems.list()).isEmpty();
    assertThat(experiments.settle()).isEqualTo(Duration.ofMinutes(3));
    assertThat(e.description()).isEqualTo("a test");
    assertThat(e.seed()).isEqualTo("pepper");
    assertThat(e.appliesTo("greeting")).isTrue();
    assertThat(e.appliesTo("farewell")).isFalse();
    assertThat(e.variants())
        .containsExactly(
            new Experiment.Variant("a", 0.25, false), new Experiment.Variant("b", 0.75, true));
    assertThat(e.audience().coverage()).isEqualTo(0.4);
    assertThat(e.audience().filters())
        .containsExactly(
            new Experiment.Filter("checkout", 1, List.of(new GrowthBookHash.Range(0.1, 0.3))),
            new Experiment.Filter("salt", 2, List.of(new GrowthBookHash.Range(0.5, 1))));
    assertThat(e.audience().targeting().test(Scope.of(NAMES, Map.of("locale", "es")))).isTrue();
    assertThat(e.audience().targeting().test(Scope.of(NAMES, Map.of("locale", "en")))).isFalse();
    assertThat(e.forced()).containsExactly(Map.entry("me", "b"));
  }

  @Test
  void anExperimentOnModelsHashesAsTheCanaryDoes() {
    Experiment e = parse("experiments: [{id: e, model: v7, " + ARMS + "}]").find("e").orElseThrow();

    assertThat(e.seed()).isEqualTo("canary:v7");
    assertThat(e.model()).isEqualTo("v7");
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void aStoppedExperimentIsCheckedButDoesNotRun() {
    Experiments experiments =
        parse("experiments: [{id: e, active: false, " + ARMS + "}, {id: e, " + ARMS + "}]");

    assertThat(experiments.running()).hasSize(1);
    assertThat(problems.list())
        .extracting(Problem::message)
        .containsExactly("the id `e` is already taken");
    assertThat(parse("experiments: [{id: f, active: false, " + ARMS + "}]").running()).isEmpty();
  }

  @Test
  void sharesThatAreNoneBecomeTheNearestOnes() {
    Experiments experiments =
        parse(
            """
            experiments:
              - {id: e, coverage: 1.5, variants: [{name: a}, {name: b}]}
              - {id: f, coverage: NaN, variants: [{name: a}, {name: b}]}
            """);

    assertThat(problems.list()).hasSize(2);
    assertThat(experiments.find("e").orElseThrow().audience().coverage()).isEqualTo(1);
    assertThat(experiments.find("f").orElseThrow().audience().coverage()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{id: e/channel/web, #} | an id can't contain a slash",
        "{id: e, #, covrage: 1} | did you mean `coverage`",
        "{#} | is missing",
        "{id: holdout, #} | the id `holdout` is already taken",
        "{id: e, hashAttribute: deviceId, #} | only `userId` can be hashed",
        "{id: e, hashAttribute: userId, coverage: -0.1, #} | must be a share from 0 to 1",
        "{id: e, coverage: 1.1, #} | must be a share from 0 to 1",
        "{id: e, coverage: NaN, #} | must be a share from 0 to 1",
        "{id: e, variants: [{name: a}]} | at least two `variants`",
        "{id: e, variants: [{name: a, weigth: 1}, {name: b}]} | did you mean `weight`",
        "{id: e, variants: [{name: a}, {name: a}]} | there are two variants named `a`",
        "{id: e, variants: [{name: a, weight: 0.3}, {name: b, weight: 0.6}]} | must add up to 1",
        "{id: e, slots: [gretting], #} | did you mean `greeting`",
        "{id: e, namespace: {name: n, form: 0}, #} | did you mean `from`",
        "{id: e, namespace: {name: n, from: 0.5, to: 0.5}, #} | `from` must be below `to`",
        "{id: e, filters: [{seed: n, form: 0}], #} | did you mean `from`",
        "{id: e, filters: [{seed: n, from: 0.6, to: 0.5}], #} | `from` must be below `to`",
        "{id: e, force: {me: z}, #} | unknown arm `z`",
        "{id: e, model: v, seed: x, #} | no `seed`",
        "{id: e, model: v, coverage: 0.5, #} | no `seed`, `coverage` or `force`",
        "{id: e, model: v, force: {me: a}, #} | no `seed`, `coverage` or `force`",
        "{id: e, model: v, variants: [{name: a}, {name: b}, {name: c}]} | two models are compared",
        "{id: e, model: v, judge: {goal: time, bandit: true}, #} | not by a bandit",
      })
  void saysWhatIsWrongOnce(String experiment, String says) {
    parse(
        "metrics: {time: {kind: agent_handling_time}}\nexperiments: ["
            + experiment.replace("#", ARMS)
            + "]");

    assertThat(OnlyProblem.of(problems)).contains(says);
  }

  /** As GrowthBook has it, to the last bit. */
  @ParameterizedTest
  @CsvSource({"0.333, 0.66, 0", "0.33, 0.33, 0.33", "0.5, 0.51, 0"})
  void weightsMayMissOneByAHundredth(double a, double b, double c) {
    String file =
        """
        experiments:
          - id: e
            variants: [{name: a, weight: %s}, {name: b, weight: %s}, {name: c, weight: %s}]
        """;
    Experiment experiment = parse(file.formatted(a, b, c)).find("e").orElseThrow();

    assertThat(problems.list()).isEmpty();
    assertThat(experiment.mistakeIn(Map.of("a", a, "b", b, "c", c))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{holdout: {share: 0.1, sede: x}} | did you mean `seed`",
        "{holdout: {share: 1.5}} | must be a share from 0 to 1",
        "{experimens: []} | did you mean `experiments`",
      })
  void saysWhatIsWrongOfTheFileAsAWhole(String yaml, String says) {
    parse(yaml);

    assertThat(OnlyProblem.of(problems)).contains(says);
  }

  @Test
  void theHoldoutIsAHashOfItsOwn() {
    Experiments plain = parse("holdout: {share: 0.3}");
    Experiments seeded = parse("holdout: {share: 0.3, seed: other}");
    int differ = 0;
    for (int i = 0; i < 500; i++) {
      String user = "u-" + i;
      boolean held = isHeldOut(plain, user);
      assertThat(held).isEqualTo(GrowthBookHash.bucket("holdout", user) < 0.3);
      assertThat(isHeldOut(seeded, user)).isEqualTo(GrowthBookHash.bucket("other", user) < 0.3);
      differ += held == isHeldOut(seeded, user) ? 0 : 1;
    }
    assertThat(differ).isPositive();
    assertThat(problems.list()).isEmpty();
  }

  private static boolean isHeldOut(Experiments experiments, String user) {
    return experiments.assign(user, "greeting", Scope.of(NAMES, Map.of())).isPresent();
  }

  @Test
  void declaredArmsAreThoseOfTheFileRunningOrNot() {
    YamlNode file =
        yaml(
            """
            holdout: {share: 0.1}
            experiments:
              - {id: e, active: false, variants: [{name: a}, {name: b}]}
              - {id: f, variants: [{name: c}, {weight: 1}]}
              - {}
            """);

    assertThat(Experiments.declaredArms(file))
        .containsExactly(
            Map.entry("e", List.of("a", "b")),
            Map.entry("f", List.of("c", "")),
            Map.entry("", List.of()),
            Map.entry("holdout", List.of("holdout")));
    assertThat(Experiments.declaredArms(yaml("experiments: []"))).isEmpty();
  }

  @Test
  void withoutAFileNothingRuns() {
    Experiments none = Experiments.none();

    assertThat(parse("")).isSameAs(none);
    assertThat(none.running()).isEmpty();
    assertThat(none.ids()).isEmpty();
    assertThat(none.metrics()).isEmpty();
    assertThat(none.arms("holdout")).isEmpty();
    assertThat(none.assign("u", "greeting", Scope.of(NAMES, Map.of()))).isEmpty();
  }

  private YamlNode yaml(String text) {
    return YamlNode.parse("experiments.yaml", text, problems);
  }

  private Experiments parse(String text) {
    FeatureSet features =
        FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", new Problems()));
    return Experiments.parse(
        yaml(text), List.of("greeting", "farewell"), NAMES, features, Duration.ofMinutes(30));
  }
}
