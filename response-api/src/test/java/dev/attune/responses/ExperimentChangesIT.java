package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.core.experiment.Enrolment;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.Decision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** What people change of an experiment by hand, on two replicas and on one that starts later. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExperimentChangesIT {
  private static final Infra INFRA = Infra.shared();
  private static final String PREFIX = "it-changes-%s.".formatted(UUID.randomUUID());
  private static final String NAME = "personalized-greeting";
  private static final String STATE = "/v1/experiments/" + NAME + "/state";
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Experiments FILE =
      Playbook.load(Path.of("../playbooks/support")).experiments();

  private static Service first;
  private static Service second;
  private static Predictions predictions;

  @BeforeAll
  static void start() {
    first = Service.start(INFRA, PREFIX).ready();
    second = Service.start(INFRA, PREFIX).ready();
    predictions = new Predictions(INFRA.redisUri());
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    predictions.close();
  }

  @Test
  @Order(1)
  void tellsWhatTheFileSaysWhileNobodyHasChangedAnything() {
    JsonNode state = state(first);

    assertThat(state.path("active").asBoolean()).isTrue();
    assertThat(state.path("weights").toString()).isEqualTo("{\"control\":0.5,\"treatment\":0.5}");
    assertThat(state.path("file").path("active").asBoolean()).isTrue();
    assertThat(state.path("changes").isEmpty()).isTrue();
    assertThat(state.has("weightsOwner")).isFalse();
  }

  @Test
  @Order(2)
  void weightsByHandReachEveryReplicaAndTheExposuresRecord() {
    assertThat(
            change(first, "weights", ",\"weights\":{\"treatment\":0.9,\"control\":0.1}", "ramp up"))
        .isEqualTo(200);

    JsonNode here = state(first);
    assertThat(here.path("weights").toString()).isEqualTo("{\"control\":0.1,\"treatment\":0.9}");
    assertThat(here.at("/file/weights/control").asDouble()).isEqualTo(0.5);
    JsonNode why = here.at("/changes/0");
    assertThat(why.path("by").asString()).isEqualTo("user:ada");
    assertThat(why.path("via").asString()).isEqualTo("key:local-secret");
    assertThat(why.path("reason").asString()).isEqualTo("ramp up");
    assertThat(why.path("applied").asBoolean()).isTrue();
    await().atMost(DEADLINE).until(() -> state(second).equals(here));

    Map<String, Integer> arms = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      String user = "new-" + i + "-" + UUID.randomUUID();
      arms.merge(second.reply(user, "greeting").path("variant").asString(), 1, Integer::sum);
    }
    assertThat(arms.getOrDefault("treatment", 0) / 400.0).isCloseTo(0.9, within(0.07));

    Decision exposed = decision(exposedIn("treatment"));
    assertThat(exposed.getArmWeights()).containsExactly(0.1, 0.9);
    Enrolment counted = FILE.enrolments(exposed).getFirst();
    assertThat(counted.weights()).containsExactly(0.1, 0.9);
    assertThat(counted.share()).as("which the sums weigh the user by").isEqualTo(0.9);
  }

  /** Of a user whose replies could differ. */
  private static String exposedIn(String variant) {
    String user = second.userIn(variant);
    predictions.put(user, 0, 1, "refund", 0.9f);
    JsonNode reply = second.reply(user, "reply");
    assertThat(reply.path("reason").asString()).isEqualTo("rule:refund");
    return reply.path("decisionId").asString();
  }

  private static Decision decision(String id) {
    JsonNode found = Service.json(second.get("/v1/decisions/" + id));
    Decision decision = new Decision();
    decision.setUserId(found.path("userId").asString());
    decision.setExperiment(found.path("experiment").asString());
    decision.setVariant(found.path("variant").asString());
    decision.setArmWeights(found.path("armWeights").valueStream().map(JsonNode::asDouble).toList());
    return decision;
  }

  @Test
  @Order(3)
  void aStopEndsExposureEverywhereAndTheResultsStay() {
    assertThat(change(second, "stop", "", "a guardrail got worse")).isEqualTo(200);

    await().atMost(DEADLINE).until(() -> !state(first).path("active").asBoolean());
    for (Service replica : List.of(first, second)) {
      JsonNode reply = replica.reply(replica.userOutsideTheHoldout(), "greeting");
      assertThat(reply.path("variant").asString("")).isEmpty();
      JsonNode entry = Service.json(replica.get("/v1/experiments/" + NAME));
      assertThat(entry.path("active").asBoolean()).isFalse();
      assertThat(replica.get("/v1/experiments/" + NAME + "/results").statusCode()).isEqualTo(200);
      JsonNode arm = Service.json(replica.get("/v1/experiments/" + NAME + "/assignment?userId=u"));
      assertThat(arm.path("reason").asString()).isEqualTo("stopped");
      assertThat(arm.has("variant")).isFalse();
    }
    assertThat(state(first).at("/changes/0/reason").asString()).isEqualTo("a guardrail got worse");
    assertThat(state(first).at("/changes/1/reason").asString()).isEqualTo("ramp up");
  }

  @Test
  @Order(4)
  void aReplicaThatStartsLaterIsReadyOnceItKnowsAllChanges() {
    try (Service third = Service.start(INFRA, PREFIX).ready()) {
      JsonNode reply = third.reply(third.userOutsideTheHoldout(), "greeting");
      assertThat(reply.path("variant").asString("")).isEmpty();
      assertThat(state(third)).isEqualTo(state(first));
    }
  }

  @Test
  @Order(5)
  void changesAreTakenBackToWhatTheFileSays() {
    assertThat(change(first, "reset", "", "the file is right")).isEqualTo(200);

    for (Service replica : List.of(first, second)) {
      await().atMost(DEADLINE).until(() -> state(replica).path("changes").isEmpty());
      assertThat(state(replica).path("active").asBoolean()).isTrue();
      assertThat(state(replica).at("/weights/control").asDouble()).isEqualTo(0.5);
    }
    assertThat(change(first, "reset", "", "again")).isEqualTo(409);
  }

  @Test
  @Order(6)
  void eachChangeIsInTheAuditLogWithBeforeAfterAndWhy() {
    await()
        .atMost(DEADLINE)
        .untilAsserted(
            () ->
                assertThat(acts())
                    .containsExactly(
                        "experiment_reset allowed user:ada before: stopped at control 0.1, treatment"
                            + " 0.9; after: as the file says; because: the file is right",
                        "experiment_stop allowed user:ada before: running at control 0.1, treatment"
                            + " 0.9; after: stopped; because: a guardrail got worse",
                        "experiment_weights allowed user:ada before: running at control 0.5,"
                            + " treatment 0.5; after: control 0.1, treatment 0.9; because: ramp"
                            + " up"));
  }

  private static List<String> acts() {
    return Service.json(first.get("/v1/audit"))
        .path("acts")
        .valueStream()
        .filter(act -> act.path("subject").asString("").equals("experiment:" + NAME))
        .map(
            act ->
                String.join(
                    " ",
                    act.path("action").asString(),
                    act.path("outcome").asString(),
                    act.path("actor").asString(),
                    act.path("detail").asString()))
        .toList();
  }

  @Test
  @Order(7)
  void whatIsWrongIsRefusedAndChangesNothing() {
    JsonNode before = state(first);
    int acts = acts().size();

    assertThat(change(first, "halt", "", "why")).isEqualTo(400);
    assertThat(change(first, "stop", "", " ")).isEqualTo(400);
    assertThat(change(first, "start", "", "why")).isEqualTo(409);
    assertThat(change(first, "weights", ",\"weights\":{\"treatment\":0.9}", "why")).isEqualTo(400);
    assertThat(change(first, "weights", ",\"weights\":{\"control\":null}", "why")).isEqualTo(400);
    assertThat(first.ask("POST", STATE, "{", headers()).status()).isEqualTo(400);
    assertThat(first.ask("POST", STATE, NO_BODY, headers()).status()).isEqualTo(400);
    for (String unknown : List.of("none", "holdout", "canary:v7")) {
      String path = "/v1/experiments/" + unknown + "/state";
      assertThat(first.ask("POST", path, body("stop", "", "why"), headers()).status())
          .as(unknown)
          .isEqualTo(404);
      assertThat(first.get(path).statusCode()).isEqualTo(404);
      assertThat(first.get(path.replace("/state", "/assignment?userId=u")).statusCode())
          .isEqualTo(404);
    }

    assertThat(state(first)).isEqualTo(before);
    assertThat(acts()).hasSize(acts);
  }

  private static final @Nullable String NO_BODY = null;

  private static JsonNode state(Service replica) {
    return Service.json(replica.get(STATE));
  }

  private static int change(Service replica, String action, String more, String reason) {
    return replica.ask("POST", STATE, body(action, more, reason), headers()).status();
  }

  private static String body(String action, String more, String reason) {
    return "{\"action\":\"%s\",\"reason\":\"%s\"%s}".formatted(action, reason, more);
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>(Service.secretHeaders());
    headers.put("Content-Type", "application/json");
    headers.put("Attune-On-Behalf-Of", "ada@203.0.113.9");
    return headers;
  }
}
