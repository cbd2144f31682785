package dev.attune.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.experiment.plan.Metric.Kind;
import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.expression.VariableType;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExperimentsTest {
  private static final Expressions NAMES = new Expressions(Map.of("locale", VariableType.TEXT));
  private static final Scope NOBODY = Scope.of(NAMES, Map.of());

  private static final String INACTIVE =
      "experiments: [{id: e, active: false, variants: [{name: a}, {name: b}]}]";

  private final Problems problems = new Problems();

  @Test
  void keepsTheArmFirstSeenWhenWeightsChange() {
    Experiments before = parse(twoArms(0.5));
    Experiments after = parse(twoArms(0.95));
    int moved = 0;
    for (int i = 0; i < 2_000; i++) {
      String user = "u-" + i;
      String seen = variant(before.assign(user, "greeting", NOBODY));
      moved += seen.equals(variant(after.assign(user, "greeting", NOBODY))) ? 0 : 1;

      AssignmentContext known = new AssignmentContext(Map.of("e", seen), Map.of());
      assertThat(variant(after.assign(user, "greeting", NOBODY, known))).isEqualTo(seen);
    }
    assertThat(moved).as("users that would have moved").isBetween(800, 1_000);
  }

  @Test
  void aStopByHandEndsExposureAndAStartBeginsIt() {
    Experiments running = parse(twoArms(0.5));
    Experiments stopped = running.under(Map.of("e", new ExperimentOverride(false, Map.of())));
    AssignmentContext seen = new AssignmentContext(Map.of("e", "b"), Map.of());

    assertThat(running.assign("u", "greeting", NOBODY)).isPresent();
    assertThat(stopped.assign("u", "greeting", NOBODY)).isEmpty();
    assertThat(stopped.assign("u", "greeting", NOBODY, seen)).isEmpty();
    assertThat(stopped.running()).isEmpty();
    assertThat(stopped.arms("e")).containsExactly("a", "b");

    Experiments again = stopped.under(Map.of("e", new ExperimentOverride(true, Map.of())));
    assertThat(variant(again.assign("u", "greeting", NOBODY, seen))).isEqualTo("b");
    assertThat(parse(INACTIVE).assign("u", "greeting", NOBODY)).isEmpty();
    assertThat(
            parse(INACTIVE)
                .under(Map.of("e", new ExperimentOverride(true, Map.of())))
                .assign("u", "greeting", NOBODY))
        .isPresent();
  }

  @Test
  void weightsByHandAreOfNewUsersAndKnownOnesStay() {
    Experiments moved =
        parse(twoArms(0.5))
            .under(Map.of("e", new ExperimentOverride(null, Map.of("b", 0.8, "a", 0.2))));
    int b = 0;
    for (int i = 0; i < 4_000; i++) {
      Assignment arm = moved.assign("u-" + i, "greeting", NOBODY).orElseThrow();
      assertThat(arm.weights()).as("in the file's order").containsExactly(0.2, 0.8);
      b += arm.variant().equals("b") ? 1 : 0;

      AssignmentContext known = new AssignmentContext(Map.of("e", "a"), Map.of());
      assertThat(variant(moved.assign("u-" + i, "greeting", NOBODY, known))).isEqualTo("a");
    }
    assertThat(b / 4_000.0).isCloseTo(0.8, within(0.03));
  }

  @Test
  void weightsByHandThatNoLongerFitTheFileArePassedOver() {
    for (Map<String, Double> weights :
        List.of(
            Map.of("a", 0.2, "gone", 0.8),
            Map.of("a", 1.0),
            Map.of("a", 0.2, "b", 0.3),
            Map.of("a", -0.2, "b", 1.2),
            Map.of("a", Double.NaN, "b", 1.0))) {
      Experiments moved =
          parse(twoArms(0.5)).under(Map.of("e", new ExperimentOverride(null, weights)));

      assertThat(moved.find("e").orElseThrow().weights())
          .as("%s", weights)
          .isEqualTo(Map.of("a", 0.5, "b", 0.5));
    }
  }

  @Test
  void aBanditsWeightsAndACanarysAreNotSetByHand() {
    Experiments experiments =
        parse(
            """
            metrics: {m: {kind: handoff_rate}}
            experiments:
              - id: learning
                variants: [{name: a}, {name: b}]
                judge: {goal: m, bandit: true}
              - {id: models, model: v7, variants: [{name: a}, {name: b}]}
            """);
    ExperimentOverride change = new ExperimentOverride(null, Map.of("a", 0.1, "b", 0.9));

    for (String id : List.of("learning", "models")) {
      Experiment declared = experiments.find(id).orElseThrow();
      assertThat(declared.weightsOwner()).isPresent();
      assertThat(change.weighs(declared)).isFalse();
      assertThat(experiments.under(Map.of(id, change)).find(id).orElseThrow().weights())
          .isEqualTo(Map.of("a", 0.5, "b", 0.5));
    }
  }

  @Test
  void givesNobodyAnArmThatNoLongerExists() {
    AssignmentContext gone = new AssignmentContext(Map.of("e", "removed"), Map.of());

    assertThat(variant(parse(twoArms(0.5)).assign("u", "greeting", NOBODY, gone))).isIn("a", "b");
  }

  @Test
  void recordsTheWeightsOfTheTimeAlsoOfABandit() {
    Experiments experiments = parse(twoArms(0.5));
    AssignmentContext moved = new AssignmentContext(Map.of(), Map.of("e", List.of(0.2, 0.8)));
    int b = 0;
    for (int i = 0; i < 4_000; i++) {
      Assignment arm = experiments.assign("u-" + i, "greeting", NOBODY, moved).orElseThrow();
      assertThat(arm.weights()).containsExactly(0.2, 0.8);
      b += arm.variant().equals("b") ? 1 : 0;
    }
    assertThat(b / 4_000.0).isCloseTo(0.8, within(0.03));
  }

  /** Whatever a bandit makes of the weights, the same users are held out. */
  @Test
  void noWeightEverReachesTheHoldout() {
    Experiments experiments = parse("holdout: {share: 0.1}\n" + twoArms(0.5));
    int held = 0;
    for (int i = 0; i < 3_000; i++) {
      String first = variant(experiments.assign("u-" + i, "greeting", NOBODY));
      for (double weight : new double[] {0, 0.05, 0.5, 0.95, 1}) {
        AssignmentContext arms =
            new AssignmentContext(Map.of(), Map.of("e", List.of(weight, 1 - weight)));
        String now = variant(experiments.assign("u-" + i, "greeting", NOBODY, arms));
        assertThat(now.equals("holdout")).isEqualTo(first.equals("holdout"));
      }
      held += first.equals("holdout") ? 1 : 0;
    }
    assertThat(held / 3_000.0).isCloseTo(0.1, within(0.02));
  }

  @Test
  void namespacesShareNoUsers() {
    Experiments experiments =
        parse(
            """
            experiments:
              - id: first
                namespace: {name: checkout, from: 0, to: 0.4}
                variants: [{name: a, weight: 0.5}, {name: b, weight: 0.5}]
              - id: second
                namespace: {name: checkout, from: 0.4, to: 1}
                variants: [{name: a, weight: 0.5}, {name: b, weight: 0.5}]
            """);
    int first = 0;
    for (int i = 0; i < 2_000; i++) {
      int takers = 0;
      for (Experiment experiment : experiments.running()) {
        takers += experiment.assign("u-" + i, NOBODY, AssignmentContext.NONE).isPresent() ? 1 : 0;
      }
      assertThat(takers).isEqualTo(1);
      Experiment one = experiments.running().getFirst();
      first += one.assign("u-" + i, NOBODY, AssignmentContext.NONE).isPresent() ? 1 : 0;
    }
    assertThat(first / 2_000.0).isCloseTo(0.4, within(0.04));
  }

  /** The registry's canary scores whoever has bucket("canary:" + version) below its share. */
  @Test
  void aModelExperimentsSecondArmIsWhoTheCanaryScores() {
    Experiments experiments =
        parse(
            """
            experiments:
              - id: e
                model: 2026-02-01.1
                variants: [{name: live, weight: 0.8}, {name: candidate, weight: 0.2}]
            """);
    for (int i = 0; i < 2_000; i++) {
      boolean canary = GrowthBookHash.bucket("canary:2026-02-01.1", "u-" + i) < 0.2;

      assertThat(variant(experiments.assign("u-" + i, "greeting", NOBODY)))
          .isEqualTo(canary ? "candidate" : "live");
    }
  }

  /** Else the arms' sizes would contradict the weights that they are checked against. */
  @Test
  void weightsAboveOneAreThoseThatUsersAreDealtBy() {
    for (String model : List.of("", "model: v, ")) {
      Experiments experiments =
          parse(
              "experiments: [{id: e, "
                  + model
                  + "variants: [{name: a, weight: 0.51}, {name: b, weight: 0.495}]}]");
      int users = 20_000;
      Map<String, Integer> sizes = new HashMap<>();
      List<Double> weights = List.of();
      for (int i = 0; i < users; i++) {
        Assignment arm = experiments.assign("u-" + i, "greeting", NOBODY).orElseThrow();
        sizes.merge(arm.variant(), 1, Integer::sum);
        weights = arm.weights();
      }

      assertThat(weights.get(0) + weights.get(1)).isCloseTo(1, within(1e-9));
      assertThat(weights.get(0)).isCloseTo(model.isEmpty() ? 0.51 : 0.505, within(1e-9));
      assertThat(sizes.getOrDefault("a", 0) / (double) users)
          .isCloseTo(weights.get(0), within(0.01));
    }
  }

  /** A last bit more or less would be other weights, whose users are not compared with these. */
  @Test
  void weightsThatAddUpToOneStayToTheLastBit() {
    Experiments experiments =
        parse(
            "experiments: [{id: e, variants: [{name: a, weight: 0.1}, {name: b, weight: 0.2}, {name:"
                + " c, weight: 0.7}]}]");

    assertThat(experiments.assign("u", "greeting", NOBODY).orElseThrow().weights())
        .containsExactly(0.1, 0.2, 0.7);
  }

  @Test
  void testersGetTheirVariantWhateverTheTargeting() {
    Experiments experiments =
        parse(
            """
            experiments:
              - id: e
                when: locale == "es"
                force: {tester: b}
                variants: [{name: a}, {name: b}]
            """);

    assertThat(variant(experiments.assign("tester", "greeting", NOBODY))).isEqualTo("b");
    assertThat(experiments.assign("u-1", "greeting", NOBODY)).isEmpty();
    assertThat(experiments.assign("u-1", "greeting", Scope.of(NAMES, Map.of("locale", "es"))))
        .isPresent();
  }

  @Test
  void readsMetricsAndHowTheyAreJudged() {
    Experiments experiments =
        parse(
            """
            metrics:
              time: {kind: agent_handling_time, window: 24h}
              solved: {kind: resolution_rate, within: 2h}
              baskets: {sum: "custom.properties.value where name == 'order'", window: 3d}
              slow: {quantile: agent_replied.responseSeconds, q: 0.9, better: lower}
            experiments:
              - id: e
                variants: [{name: a}, {name: b}]
                judge: {goal: time, others: [baskets, slow], guardrails: [solved], alpha: 0.1}
            """);

    var plan = experiments.plan("e");
    assertThat(plan.metrics())
        .extracting(metric -> metric.kind())
        .containsExactly(Kind.SUM, Kind.SUM, Kind.QUANTILE, Kind.SOLVED);
    assertThat(plan.alpha()).isEqualTo(0.1);
    assertThat(plan.metrics().getFirst().higherIsBetter()).isFalse();
  }

  @Test
  void tellsTheArmThatIsAssignedOrWhyThereIsNone() {
    Experiments experiments =
        parse(
            """
            holdout: {share: 0.1}
            experiments:
              - {id: off, active: false, variants: [{name: a}, {name: b}]}
              - {id: es, when: 'locale == "es"', variants: [{name: a}, {name: b}]}
              - id: part
                namespace: {name: shared, from: 0, to: 0.5}
                variants: [{name: a}, {name: b}]
              - {id: half, coverage: 0.5, variants: [{name: a}, {name: b}]}
            """);
    Set<String> told = new TreeSet<>();
    for (String locale : List.of("en", "es")) {
      Scope scope = Scope.of(NAMES, Map.of("locale", locale));
      for (int i = 0; i < 1_000; i++) {
        String user = "u-" + i;
        Optional<Assignment> given = experiments.assign(user, "greeting", scope);
        for (String id : List.of("off", "es", "part", "half")) {
          ArmLookup arm = arm(experiments, id, user, scope);
          Optional<String> his =
              given.filter(a -> a.experiment().equals(id)).map(Assignment::variant);
          assertThat(arm instanceof ArmLookup.Has(String variant) ? variant : null)
              .isEqualTo(his.orElse(null));
          told.add(locale + " " + id + " " + arm.getClass().getSimpleName());
        }
      }
    }

    assertThat(told)
        .containsExactly(
            "en es ConditionFails",
            "en es HeldOut",
            "en half Has",
            "en half HeldOut",
            "en half NotCovered",
            "en half Taken",
            "en off Stopped",
            "en part Has",
            "en part HeldOut",
            "en part OtherPart",
            "es es Has",
            "es es HeldOut",
            "es half HeldOut",
            "es half NotCovered",
            "es half Taken",
            "es off Stopped",
            "es part HeldOut",
            "es part OtherPart",
            "es part Taken");
  }

  @Test
  void aConditionThatFailsTellsTheArmOnceItHolds() {
    Experiments experiments =
        parse(
            """
            experiments:
              - {id: e, when: 'locale == "es"', variants: [{name: a}, {name: b}]}
              - {id: few, when: 'locale == "es"', coverage: 0.1, variants: [{name: a}, {name: b}]}
            """);
    Scope spanish = Scope.of(NAMES, Map.of("locale", "es"));
    boolean someNever = false;
    for (int i = 0; i < 100; i++) {
      String user = "u-" + i;
      var later = (ArmLookup.ConditionFails) arm(experiments, "e", user, NOBODY);
      assertThat(later.then()).hasValue(variant(experiments.assign(user, "greeting", spanish)));
      var never = (ArmLookup.ConditionFails) arm(experiments, "few", user, NOBODY);
      someNever |= never.then().isEmpty();
    }
    assertThat(someNever).isTrue();
  }

  private static ArmLookup arm(Experiments experiments, String id, String user, Scope scope) {
    Experiment experiment = experiments.find(id).orElseThrow();
    return experiments.arm(experiment, user, "greeting", scope, AssignmentContext.NONE);
  }

  @Test
  void saysWhatIsWrongAtItsLine() {
    parseFaulty(
        """
        metrics:
          time: {kind: agent_handlng_time}
          odd: {count: message_sent, sum: message_sent.length}
          none: {sum: message_sent.text}
        experiments:
          - id: e
            slots: [greting]
            variants:
              - name: a
                weight: 0.5
              - name: b
                weight: 0.6
            force: {me: c}
            judge:
              goal: tme
              covariate: clicks
          - id: m
            model: v2
            seed: x
            variants: [{name: a}, {name: b}]
        """);

    assertThat(problems.list())
        .extracting(Problem::toString)
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("experiments.yaml:2:").contains("agent_handling_time"),
            p -> assertThat(p).startsWith("experiments.yaml:3:").contains("exactly one of"),
            p -> assertThat(p).startsWith("experiments.yaml:4:").contains("is no number"),
            p ->
                assertThat(p).startsWith("experiments.yaml:7:").contains("did you mean `greeting`"),
            p -> assertThat(p).startsWith("experiments.yaml:9:").contains("add up to 1"),
            p -> assertThat(p).startsWith("experiments.yaml:13:").contains("unknown arm `c`"),
            p -> assertThat(p).startsWith("experiments.yaml:15:").contains("did you mean `time`"),
            p ->
                assertThat(p).startsWith("experiments.yaml:16:").contains("unknown number feature"),
            p -> assertThat(p).startsWith("experiments.yaml:18:").contains("no `seed`"));
  }

  @Test
  void aBanditLearnsFromNeitherQuantilesNorTimes() {
    parseFaulty(
        """
        metrics:
          slow: {quantile: message_sent.length, q: 0.9}
          time: {kind: resolution_time}
          mean: {mean: message_sent.length}
        experiments:
          - {id: q, variants: [{name: a}, {name: b}], judge: {goal: slow, bandit: true}}
          - {id: t, variants: [{name: a}, {name: b}], judge: {goal: time, bandit: true}}
          - {id: m, variants: [{name: a}, {name: b}], judge: {goal: mean, bandit: true}}
        """);

    assertThat(problems.list())
        .extracting(Problem::toString)
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("experiments.yaml:6:").contains("`slow` is a quantile"),
            p -> assertThat(p).startsWith("experiments.yaml:7:").contains("`time` is a quantile"));
  }

  private static String variant(Optional<Assignment> arm) {
    return arm.orElseThrow().variant();
  }

  private static String twoArms(double first) {
    return """
        experiments:
          - id: e
            variants: [{name: a, weight: %s}, {name: b, weight: %s}]
        """
        .formatted(first, Math.round((1 - first) * 100) / 100.0);
  }

  private Experiments parse(String yaml) {
    Experiments experiments = parseFaulty(yaml);
    problems.throwIfAny();
    return experiments;
  }

  private Experiments parseFaulty(String yaml) {
    FeatureSet features =
        FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", new Problems()));
    return Experiments.parse(
        YamlNode.parse("experiments.yaml", yaml, problems),
        List.of("greeting"),
        NAMES,
        features,
        SessionPolicy.STANDARD.gap());
  }
}
