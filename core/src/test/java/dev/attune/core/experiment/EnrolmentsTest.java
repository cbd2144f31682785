package dev.attune.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.expression.Expressions;
import dev.attune.core.expression.Scope;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a decision counts for, and who takes part in what. */
class EnrolmentsTest {
  private static final Expressions NAMES = new Expressions(Map.of());
  private static final Scope NOBODY = Scope.of(NAMES, Map.of());
  private static final String FILE =
      """
      metrics:
        time: {kind: agent_handling_time}
        csat: {kind: csat_mean}
      holdout: {share: 0.2, judge: {goal: time}}
      experiments:
        - id: e
          slots: [greeting]
          force: {tester: b}
          variants: [{name: a, personalize: false}, {name: b}]
          judge: {goal: time, others: [csat]}
        - id: plain
          variants: [{name: a}, {name: b}]
      """;

  private final Experiments experiments = parse(FILE);

  @Test
  void whatCanBeJudgedIncludesTheHoldout() {
    assertThat(experiments.ids()).containsExactly("e", "plain", "holdout");
    assertThat(experiments.measured()).containsExactly("e", "holdout");
    assertThat(experiments.metrics())
        .as("each once")
        .extracting(metric -> metric.name())
        .containsExactly("time", "csat");
    assertThat(experiments.arms("e")).containsExactly("a", "b");
    assertThat(experiments.arms("holdout")).containsExactly("holdout", "rest");
    assertThat(experiments.arms("unknown")).isEmpty();
    assertThat(experiments.plan("e").metrics()).hasSize(2);
    assertThat(experiments.plan("holdout").metrics()).hasSize(1);
    assertThat(experiments.plan("unknown").metrics()).isEmpty();
    assertThat(experiments.find("unknown")).isEmpty();
  }

  @Test
  void aDecisionCountsForItsExperimentAndForTheHoldoutsRest() {
    assertThat(experiments.enrolments(decision("u", "e", "b", List.of(1.0, 3.0))))
        .containsExactly(
            new Enrolment("e", "b", List.of(1.0, 3.0), 0.75, experiments.plan("e")),
            new Enrolment("holdout", "rest", List.of(0.2, 0.8), 0.8, experiments.plan("holdout")));
  }

  @Test
  void theHeldOutCountForTheHoldoutAlone() {
    assertThat(experiments.enrolments(decision("u", "holdout", "holdout", List.of(0.2, 0.8))))
        .containsExactly(
            new Enrolment(
                "holdout", "holdout", List.of(0.2, 0.8), 0.2, experiments.plan("holdout")));
  }

  @Test
  void armsAreNamedWhereTheyCouldDiffer() {
    Decision decision = decision("u", "e", "b", List.of(0.5, 0.5));
    assertThat(experiments.armsOf(decision)).containsExactly("e/b", "holdout/rest");
    assertThat(experiments.armsOf(decision("u", "holdout", "holdout", List.of(0.2, 0.8))))
        .containsExactly("holdout/holdout");

    decision.setReason("store_unavailable");
    assertThat(experiments.armsOf(decision)).isEmpty();
  }

  /** A share is a probability only when every arm's weight was told and some user can come. */
  @Test
  void weightsThatTellNoProbabilityGiveNone() {
    for (List<Double> weights : List.of(List.<Double>of(), List.of(1.0), List.of(0.0, 0.0))) {
      assertThat(experiments.enrolments(decision("u", "e", "a", weights)).getFirst().share())
          .as("weights %s", weights)
          .isZero();
    }
  }

  /** Replies may know of a start or stop by hand that the file doesn't tell. */
  @Test
  void aDecisionCountsAlsoForAnExperimentThatTheFileStops() {
    Experiments stopped = parse(FILE.replace("- id: e\n", "- id: e\n    active: false\n"));
    Decision decision = decision("u", "e", "b", List.of(0.1, 0.9));

    assertThat(stopped.running()).extracting(Experiment::id).containsExactly("plain");
    assertThat(stopped.ids()).containsExactly("e", "plain", "holdout");
    assertThat(stopped.enrolments(decision).getFirst())
        .isEqualTo(new Enrolment("e", "b", List.of(0.1, 0.9), 0.9, stopped.plan("e")));
    assertThat(stopped.mayTakeIntoMore(Set.of("holdout"))).isTrue();
    assertThat(stopped.asOf(decision).running())
        .extracting(Experiment::id)
        .containsExactly("e", "plain");
    assertThat(stopped.asOf(decision("u", null, null, List.of())).running()).hasSize(1);
  }

  /** What they see is no chance; in another slot it may be anybody's arm, or none. */
  @Test
  void testersCountForNothing() {
    Experiments judged = parse(FILE + "canary: {judge: {goal: time}}\n");
    List<Double> even = List.of(0.5, 0.5);
    for (Decision decision :
        List.of(
            decision("tester", "e", "b", even),
            decision("tester", "plain", "a", even),
            decision("tester", null, null, List.of()))) {
      decision.setCanary("v2");
      decision.setCanaryShare(0.5);

      assertThat(judged.enrolments(decision)).isEmpty();
      assertThat(judged.armsOf(decision)).isEmpty();
    }
  }

  @Test
  void testersSeeTheirArmAlsoWhereTheHoldoutOrAnEarlierExperimentWouldTakeThem() {
    Map<String, Experiments> allTaken =
        Map.of(
            "e", parse(FILE.replace("share: 0.2", "share: 1")),
            "plain", parse(FILE.replace("- id: plain", "- id: plain\n    force: {other: b}")));

    allTaken.forEach(
        (id, of) ->
            assertThat(
                    of.assign(id.equals("e") ? "tester" : "other", "greeting", NOBODY)
                        .map(arm -> arm.experiment() + "/" + arm.variant()))
                .contains(id + "/b"));
  }

  @Test
  void whatIsUnknownCountsForTheHoldoutOnly() {
    List<Double> even = List.of(0.5, 0.5);
    for (Decision decision :
        List.of(
            decision("u", "e", "removed", even),
            decision("u", "gone", "a", even),
            decision("u", "e", null, even),
            decision("u", null, null, List.of()))) {
      assertThat(experiments.enrolments(decision))
          .extracting(Enrolment::experiment)
          .containsExactly("holdout");
    }
  }

  @Test
  void withoutAHoldoutOrItsPlanNobodyCountsForOne() {
    Decision decision = decision("u", "e", "b", List.of(0.5, 0.5));

    assertThat(parse(FILE.replaceAll("holdout.*\n", "")).enrolments(decision))
        .extracting(Enrolment::experiment)
        .containsExactly("e");
    assertThat(parse(FILE.replaceAll(", judge: .goal: time}}", "}")).enrolments(decision))
        .extracting(Enrolment::experiment)
        .containsExactly("e");
  }

  @Test
  void theFirstExperimentThatAppliesTakesTheUser() {
    Experiments open = parse(FILE.replaceAll("holdout.*\n", ""));
    for (int i = 0; i < 50; i++) {
      assertThat(open.assign("u-" + i, "greeting", NOBODY).orElseThrow().experiment())
          .isEqualTo("e");
      assertThat(open.assign("u-" + i, "farewell", NOBODY).orElseThrow().experiment())
          .isEqualTo("plain");
    }
  }

  /** Who is held out gets generic replies; an arm does what its declaration says. */
  @Test
  void anAssignmentSaysWhetherToPersonalize() {
    boolean[] seen = new boolean[3];
    for (int i = 0; i < 200; i++) {
      Assignment arm = experiments.assign("u-" + i, "greeting", NOBODY).orElseThrow();
      boolean held = GrowthBookHash.bucket("holdout", "u-" + i) < 0.2;
      if (held) {
        assertThat(arm).isEqualTo(new Assignment("holdout", "holdout", false, List.of(0.2, 0.8)));
        seen[0] = true;
      } else {
        boolean b = arm.variant().equals("b");
        assertThat(arm).isEqualTo(new Assignment("e", b ? "b" : "a", b, List.of(0.5, 0.5)));
        seen[b ? 1 : 2] = true;
      }
    }
    assertThat(seen).doesNotContain(false);
  }

  /** Coverage shrinks every arm from its upper end, so whoever is in it at 0.4 is at 0.9. */
  @Test
  void raisingCoverageMovesNobody() {
    Experiments narrow = parse(covered(0.4));
    Experiments wide = parse(covered(0.9));
    int in = 0;
    for (int i = 0; i < 1_000; i++) {
      var before = narrow.assign("u-" + i, "greeting", NOBODY);
      in += before.isPresent() ? 1 : 0;
      if (before.isPresent()) {
        assertThat(wide.assign("u-" + i, "greeting", NOBODY)).isEqualTo(before);
      }
    }
    assertThat(in / 1_000.0).isBetween(0.35, 0.45);
  }

  private static String covered(double coverage) {
    return "experiments: [{id: e, coverage: "
        + coverage
        + ", variants: [{name: a, weight: 0.3}, {name: b, weight: 0.7}]}]";
  }

  private static Decision decision(
      String user, @Nullable String experiment, @Nullable String variant, List<Double> weights) {
    return Decision.newBuilder()
        .setDecisionId("d")
        .setUserId(user)
        .setSlot("greeting")
        .setDecidedAt(1)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("hello")
        .setExperiment(experiment)
        .setVariant(variant)
        .setArmWeights(weights)
        .build();
  }

  private static Experiments parse(String yaml) {
    Problems problems = new Problems();
    Experiments experiments =
        Experiments.parse(
            YamlNode.parse("experiments.yaml", yaml, problems),
            List.of("greeting", "farewell"),
            NAMES,
            FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", new Problems())),
            Duration.ofMinutes(30));
    problems.throwIfAny();
    return experiments;
  }
}
