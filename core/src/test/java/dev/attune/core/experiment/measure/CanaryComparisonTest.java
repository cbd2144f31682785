package dev.attune.core.experiment.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.Enrolment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.GrowthBookHash;
import dev.attune.core.expression.Expressions;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A canary's users are compared with the others without anybody declaring its version. */
class CanaryComparisonTest {
  private static final String FILE =
      """
      settle: 1s
      metrics:
        messages: {count: message_sent, window: 1m, better: higher}
      canary: {judge: {goal: messages}}
      holdout: {share: 0.2}
      experiments:
        - id: e
          variants: [{name: generic, personalize: false}, {name: personal}]
      """;

  private static final FeatureSet NO_FEATURES =
      FeatureSet.parse(YamlNode.parse("features.yaml", "features: []", new Problems()));

  private final Experiments experiments = parse(FILE);
  private final Covariates covariates = new Covariates(NO_FEATURES);

  private static Experiments parse(String text) {
    Problems problems = new Problems();
    Experiments experiments = parse(text, problems);
    problems.throwIfAny();
    return experiments;
  }

  private static Experiments parse(String text, Problems problems) {
    return Experiments.parse(
        YamlNode.parse("experiments.yaml", text, problems),
        List.of("greeting"),
        new Expressions(Map.of()),
        NO_FEATURES,
        Duration.ofMinutes(30));
  }

  @Test
  void theArmIsWhereTheCanarysHashPutsTheUser() {
    int chosen = 0;
    for (int i = 0; i < 1_000; i++) {
      String user = "u-" + i;
      Enrolment enrolment = only(decision(user, "v2", 0.3, null, null));
      boolean canary = GrowthBookHash.bucket("canary:v2", user) < 0.3;
      assertThat(enrolment)
          .isEqualTo(
              new Enrolment(
                  "canary:v2",
                  canary ? "canary" : "live",
                  List.of(0.7, 0.3),
                  canary ? 0.3 : 0.7,
                  experiments.plan("canary:v2")));
      chosen += canary ? 1 : 0;
    }
    assertThat(chosen).isBetween(250, 350);
    assertThat(experiments.arms("canary:v2")).containsExactly("live", "canary");
  }

  @Test
  void withoutACanaryThereIsNothingToCompare() {
    assertThat(experiments.enrolments(decision("u", null, 0, null, null))).isEmpty();
    Experiments undeclared = parse(FILE.replaceAll("canary:.*\n", ""));
    assertThat(undeclared.enrolments(decision("u", "v2", 0.3, null, null))).isEmpty();
    assertThat(undeclared.arms("canary:v2")).isEmpty();
  }

  /** Their replies are the same whatever a model says; they would only thin out a difference. */
  @Test
  void whoNeverGetsAPersonalizedReplyTellsNothingOfAModel() {
    assertThat(experiments.enrolments(decision("u", "v2", 0.3, "holdout", "holdout"))).isEmpty();
    assertThat(experiments.enrolments(decision("u", "v2", 0.3, "e", "generic")))
        .extracting(Enrolment::experiment)
        .containsExactly("e");
    assertThat(experiments.enrolments(decision("u", "v2", 0.3, "e", "personal")))
        .extracting(Enrolment::experiment)
        .containsExactly("e", "canary:v2");
  }

  @Test
  void theNextCanaryTakesThePlaceOfTheLastInAUsersRow() {
    UserExposures book = new UserExposures();
    assertThat(book.decided(experiments, covariates, decision("u", "v2", 0.3, null, null)))
        .hasSize(1);
    assertThat(book.decided(experiments, covariates, decision("u", "v2", 0.5, null, null)))
        .as("once a version")
        .isEmpty();
    int bytes = book.toBytes().length;
    assertThat(book.decided(experiments, covariates, decision("u", "v3", 0.3, null, null)))
        .hasSize(1);

    assertThat(book.toBytes()).hasSizeBetween(bytes - 2, bytes + 2);
    assertThat(book.arms()).as("no arm to be kept in").isEmpty();
  }

  /** Whoever was seen with the live model may be the canary's at the next share. */
  @Test
  void anotherShareOrLiveVersionBeginsAnotherComparison() {
    UserExposures book = new UserExposures();
    String user = userBetween(0.1, 0.5);

    assertThat(exposed(book, user, 0.1, "v1")).containsExactly("canary:v2:0.1:v1 live");
    assertThat(exposed(book, user, 0.1, "v1")).as("once").isEmpty();
    assertThat(exposed(book, user, 0.5, "v1")).containsExactly("canary:v2:0.5:v1 canary");
    assertThat(exposed(book, user, 0.5, "v3")).containsExactly("canary:v2:0.5:v3 canary");
    assertThat(experiments.arms("canary:v2:0.5:v3")).containsExactly("live", "canary");
  }

  @Test
  void aVersionsComparisonsAreAskedForTogether() {
    assertThat(CanaryComparison.isAmong("canary:v2", "canary:v2:0.5:v3")).isTrue();
    assertThat(CanaryComparison.isAmong("canary:v2", "canary:v2")).as("before shares").isTrue();
    assertThat(CanaryComparison.isAmong("canary:v2:0.5:v3", "canary:v2:0.5:v3")).isTrue();
    assertThat(CanaryComparison.isAmong("canary:v2", "canary:v20:0.5:v3")).isFalse();
    assertThat(CanaryComparison.isAmong("e", "e")).isFalse();
  }

  private static String userBetween(double from, double to) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "u-" + i)
        .filter(user -> !CanaryComparison.isChosen("v2", from, user))
        .filter(user -> CanaryComparison.isChosen("v2", to, user))
        .findFirst()
        .orElseThrow();
  }

  private List<String> exposed(UserExposures book, String user, double share, String live) {
    Decision decision = decision(user, "v2", share, null, null);
    decision.setCanaryLive(live);
    return book.decided(experiments, covariates, decision).stream()
        .map(first -> first.experiment() + " " + first.variant())
        .toList();
  }

  /** Events that overtake the reply are kept for what may take the user, and count here as well. */
  @Test
  void nobodysEventsAreKeptForACanaryAlone() {
    InteractionEvent event = message(2_000);
    UserExposures book = new UserExposures();
    assertThat(book.keep(experiments, event, 0)).isZero();
    assertThat(book.keepsEvents()).isFalse();

    Experiments open = parse(FILE.replace("personal}]", "personal}]\n    judge: {goal: messages}"));
    assertThat(book.keep(open, event, 0)).isZero();
    assertThat(book.keepsEvents()).isTrue();
    book.decided(open, covariates, decision("u", "v2", 0.3, null, null));
    var closed = new ArrayList<>(book.close(open, 120_000).closed());
    assertThat(closed)
        .singleElement()
        .extracting(c -> c.entry())
        .isEqualTo(new MetricTally.Entry(1, 1, null, true));
  }

  @Test
  void aBanditCantSetACanarysShare() {
    assertThatThrownBy(() -> parse(FILE.replace("goal: messages", "goal: messages, bandit: true")))
        .hasMessageContaining("not by a bandit");
  }

  private Enrolment only(Decision decision) {
    List<Enrolment> all = experiments.enrolments(decision);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private static InteractionEvent message(long at) {
    InteractionEvent event = new InteractionEvent();
    event.setEventId("m");
    event.setUserId("u");
    event.setType("message_sent");
    event.setOccurredAt(at);
    event.setReceivedAt(at);
    event.setMessageSent(MessageSent.newBuilder().setText("hello").build());
    return event;
  }

  private static Decision decision(
      String user,
      @Nullable String canary,
      double share,
      @Nullable String experiment,
      @Nullable String variant) {
    Decision decision = new Decision();
    decision.setUserId(user);
    decision.setReason("personalized");
    decision.setSegments(List.of());
    decision.setDecidedAt(1_000);
    decision.setExperiment(experiment);
    decision.setVariant(variant);
    decision.setArmWeights(experiment == null ? List.of() : List.of(0.5, 0.5));
    decision.setCanary(canary);
    decision.setCanaryShare(share);
    return decision;
  }
}
