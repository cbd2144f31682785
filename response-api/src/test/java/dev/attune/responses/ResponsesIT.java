package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.access.UserSignature;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.predictions.TestRedis;
import dev.attune.responses.openapi.OpenApiDocument;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** The service against real Redis, Kafka and registry. */
@ExtendWith(OutputCaptureExtension.class)
class ResponsesIT {
  private static final Infra INFRA = Infra.shared();

  private static Service service;
  private static Predictions predictions;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    service =
        Service.start(
                INFRA,
                "it-responses.",
                "--springdoc.api-docs.enabled=true",
                "--attune.responses.playbook=" + supportAndAPromise())
            .ready();
    predictions = new Predictions(INFRA.redisUri());
  }

  @AfterAll
  static void stop() {
    service.close();
    predictions.close();
  }

  @Test
  void speaksToAKnownUser() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 1523, "order_status", 0.83f, "frustrated");

    JsonNode reply = service.reply(user, "greeting");

    assertThat(reply.path("reason").asString()).isEqualTo("rule:order-status");
    assertThat(reply.path("personalized").asBoolean()).isTrue();
    assertThat(reply.path("templateId").asString()).isEqualTo("order-status.greeting");
    assertThat(reply.path("text").asString()).contains("Ada");
    assertThat(reply.path("quickReplies").get(0).path("value").asString()).isEqualTo("track");
    assertThat(reply.path("experiment").asString()).isEqualTo("personalized-greeting");
    assertThat(reply.path("variant").asString()).isEqualTo("treatment");
    assertThat(reply.path("intent").path("label").asString()).isEqualTo("order_status");
    assertThat(reply.path("intent").path("probability").asDouble()).isEqualTo(0.83);
    assertThat(reply.path("segments").get(0).asString()).isEqualTo("frustrated");
    assertThat(reply.path("model").path("version").asString()).isEqualTo("2026-01-02.1");
    assertThat(reply.path("freshness").path("eventToken").asString()).isEqualTo("0-1523");
    assertThat(reply.path("freshness").path("caughtUp").asBoolean()).isTrue();
  }

  /** The support playbook with a slot more, whose rule's text needs a variable. */
  private static Path supportAndAPromise() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../playbooks/support"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        folder.resolve("responses.yaml"),
        """

          promise:
            generic:
              text: {en: "I will look it up.", es: "Lo miro."}
            rules:
              - name: order
                when: intent.label == "order_status"
                text: {en: "Order {{order}} is on its way.", es: "{{order}} está en camino."}
        """,
        StandardOpenOption.APPEND);
    return folder;
  }

  @Test
  void isGenericAndCountsItWhenATextCanNotBeFilled() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 1, "order_status", 0.9f);

    JsonNode reply = service.reply(user, "promise");

    assertThat(reply.path("reason").asString()).isEqualTo("template_error");
    assertThat(reply.path("personalized").asBoolean()).isFalse();
    assertThat(reply.path("text").asString()).isEqualTo("I will look it up.");
    assertThat(service.manage("/actuator/prometheus").body().lines())
        .filteredOn(line -> line.startsWith("attune_replies_total{"))
        .filteredOn(line -> line.contains("slot=\"promise\""))
        .singleElement()
        .asString()
        .contains("reason=\"template_error\"", "personalized=\"false\"")
        .endsWith(" 1.0");
  }

  @Test
  void handsOverWithTheTeamAndANoteForIt() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 1, "refund", 0.9f);

    JsonNode reply = service.reply(user, "handoff");

    assertThat(reply.path("reason").asString()).isEqualTo("rule:refund");
    assertThat(reply.path("handoff").path("to").asString()).isEqualTo("returns");
    assertThat(reply.path("handoff").path("note").asString()).isEqualTo("wants a refund");
    String decision = service.get("/v1/decisions/" + reply.path("decisionId").asString()).body();
    assertThat(decision).contains("\"handoff\":\"returns\"");
    assertThat(service.reply(user, "reply").has("handoff")).isFalse();
  }

  @Test
  void tellsABrowserTheTeamAndNotTheNoteForIt() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 1, "refund", 0.9f);
    String signature =
        UserSignature.sign(Service.IDENTITY_SECRET, user, Instant.now().plusSeconds(60));

    HttpResponse<String> answer = service.browserReply(user, "handoff", signature);
    String decisionId = Service.json(answer).path("decisionId").asString();
    String decision = service.browserGet("/v1/decisions/" + decisionId, signature).body();

    assertThat(answer.body()).contains("\"handoff\":{\"to\":\"returns\"}");
    assertThat(decision)
        .contains("\"handoff\":\"returns\"")
        .as("a look-up by the browser tells it neither")
        .doesNotContain("wants a refund");
  }

  @Test
  void keepsTheControlGroupGenericAndItsPredictionVisible() {
    String user = service.userIn("control");
    predictions.put(user, 0, 7, "order_status", 0.83f);

    JsonNode reply = service.reply(user, "greeting");

    assertThat(reply.path("reason").asString()).isEqualTo("control_group");
    assertThat(reply.path("personalized").asBoolean()).isFalse();
    assertThat(reply.path("intent").path("label").asString()).isEqualTo("order_status");
  }

  /**
   * A version that comes later, or that it is rolled back from, writes what this one can't read.
   */
  @Test
  void isGenericForWhoWasScoredByAVersionThatIsNotKnownYet() {
    String user = service.userIn("treatment");
    predictions.putUnknown(user);

    JsonNode reply = service.reply(user, "greeting");

    assertThat(reply.path("reason").asString()).isEqualTo("store_unavailable");
    assertThat(reply.path("text").asString()).isNotBlank();
    double before = unreadable();
    assertThat(service.user(user).statusCode()).isEqualTo(503);
    assertThat(unreadable()).isEqualTo(before + 1);
    // a reply whose budget is over before Redis answers has read nothing; the next one does
    await().until(() -> isCountedAsUnreadable(() -> service.reply(user, "greeting")));
  }

  private static boolean isCountedAsUnreadable(Runnable question) {
    double before = unreadable();
    question.run();
    return unreadable() == before + 1;
  }

  private static double unreadable() {
    return service
        .manage("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("attune_store_unreadable_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void isGenericForAStranger() {
    JsonNode reply = service.reply("stranger", "greeting");

    assertThat(reply.path("reason").asString()).isEqualTo("no_prediction");
    assertThat(reply.path("personalized").asBoolean()).isFalse();
    assertThat(reply.path("text").asString()).isNotBlank();
    assertThat(reply.has("intent")).isFalse();
    assertThat(reply.has("freshness")).isFalse();
    assertThat(service.user("stranger").statusCode()).isEqualTo(404);
  }

  @Test
  void onlyASecretKeyErasesOrReadsReceipts() {
    assertThat(service.delete("/v1/users/u-1", Map.of())).isEqualTo(401);
    assertThat(service.delete("/v1/users/u-1", Service.browserHeaders(null))).isEqualTo(403);
    assertThat(service.status("/v1/erasures", Service.browserHeaders(null))).isEqualTo(403);
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
    assertThat(service.get("/v1/erasures/no-such-receipt").statusCode()).isEqualTo(404);
    assertThat(service.delete("/v1/users/a%00b", Service.secretHeaders())).isEqualTo(400);
  }

  @Test
  void asOfNowNeedsTheStateAndNothingElseIsATime() {
    assertThat(service.get("/v1/users/u-1?asOf=now").statusCode()).isEqualTo(503);
    assertThat(service.get("/v1/users/u-1?asOf=yesterday").statusCode()).isEqualTo(400);
  }

  @Test
  void isGenericWhenThePredictionIsOld() {
    String user = service.userIn("treatment");
    Instant old = Instant.now().minus(Duration.ofHours(25));
    predictions.put(user + "-old", 0, 1, "order_status", 0.83f, old);

    assertThat(service.reply(user + "-old", "greeting").path("reason").asString())
        .isEqualTo("stale");
  }

  @Test
  void wakesUpWhenTheAwaitedEventIsScored() {
    String user = "waiter";
    predictions.put(user, 0, 10, "order_status", 0.83f);
    CompletableFuture<JsonNode> waiting =
        CompletableFuture.supplyAsync(
            () -> service.reply(user, "greeting", "\"after\":\"0-11\",\"waitMs\":1000"));

    await().until(() -> TestRedis.blockedClients(INFRA.redisUri()) > 0);
    predictions.put(user, 0, 11, "refund", 0.9f);

    JsonNode reply = waiting.join();
    assertThat(reply.path("freshness").path("caughtUp").asBoolean()).isTrue();
    assertThat(reply.path("freshness").path("eventToken").asString()).isEqualTo("0-11");
    assertThat(reply.path("intent").path("label").asString()).isEqualTo("refund");
  }

  @Test
  void answersWithWhatIsThereWhenTheWaitIsOver() {
    predictions.put("impatient", 0, 10, "order_status", 0.83f);

    JsonNode reply = service.reply("impatient", "greeting", "\"after\":\"0-11\",\"waitMs\":30");

    assertThat(reply.path("freshness").path("caughtUp").asBoolean()).isFalse();
    assertThat(reply.path("freshness").path("eventToken").asString()).isEqualTo("0-10");
  }

  @Test
  void onlyTheManagementPortAnswersProbesAndTellsMetrics() {
    for (String path : List.of("health/liveness", "health/readiness", "prometheus", "info")) {
      assertThat(service.manage("/actuator/" + path).statusCode()).as(path).isEqualTo(200);

      HttpResponse<String> stranger = service.get("/actuator/" + path);
      assertThat(stranger.statusCode()).as(path).isEqualTo(404);
      assertThat(Service.json(stranger).path("code").asString()).isEqualTo("not_found");
    }
    assertThat(service.manage("/v1/users/anybody").statusCode()).isEqualTo(404);
    assertThat(service.manage("/openapi.json").statusCode()).isEqualTo(404);
  }

  /** 32768 is partition 0 in epoch 1, as a gateway gives it whose epoch was raised already. */
  @Test
  void aTokenOfAnotherEpochIsNotReachedAndIsTold(CapturedOutput log) {
    predictions.put("ahead", 0, 10, "order_status", 0.83f);

    JsonNode reply = service.reply("ahead", "greeting", "\"after\":\"32768-3\",\"waitMs\":30");

    assertThat(reply.path("freshness").path("caughtUp").asBoolean()).isFalse();
    assertThat(reply.path("freshness").path("eventToken").asString()).isEqualTo("0-10");
    assertThat(reply.path("freshness").path("warning").asString()).isEqualTo("token_epoch");
    assertThat(service.get("/v1/users/ahead?after=32768-3").statusCode()).isEqualTo(200);
    HttpResponse<String> health = service.manage("/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(Service.json(health).at("/components/epoch/details/tokenEpoch").asInt())
        .isEqualTo(1);
    assertThat(health.body()).contains("ATTUNE_EPOCH");
    assertThat(service.manage("/actuator/prometheus").body())
        .contains("attune_replies_token_epoch_total{epoch=\"higher\"} 2.0");
    assertThat(log).containsOnlyOnce("an event token is of epoch 1, this service is of epoch 0");
    JsonNode usual = service.reply("ahead", "greeting", "\"after\":\"0-10\"");
    assertThat(usual.path("freshness").has("warning")).isFalse();
  }

  @Test
  void predictionsOfAHigherEpochShowThatItsOwnWasNotRaised() {
    try (Predictions pipeline = new Predictions(INFRA.redisUri());
        Service behind = Service.start(INFRA, "it-responses.").ready()) {
      pipeline.putIn(1, "raised", 0, 3, "order_status", 0.83f);
      assertThat(behind.manage("/actuator/health").statusCode()).isEqualTo(200);

      // its first reads may take longer than a reply waits
      await().until(() -> behind.reply("raised", "greeting").has("freshness"));
      JsonNode reply = behind.reply("raised", "greeting", "\"after\":\"32768-3\",\"waitMs\":999");

      assertThat(reply.path("freshness").path("caughtUp").asBoolean()).isTrue();
      HttpResponse<String> health = behind.manage("/actuator/health");
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body()).contains("\"predictionEpoch\":1", "ATTUNE_EPOCH");
      assertThat(behind.manage("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void waitsForAFirstPredictionToo() {
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(() -> service.get("/v1/users/new?after=0-5&waitMs=1000"));

    await().until(() -> TestRedis.blockedClients(INFRA.redisUri()) > 0);
    predictions.put("new", 0, 5, "refund", 0.9f);

    assertThat(waiting.join().statusCode()).isEqualTo(200);
    assertThat(waiting.join().body()).contains("\"eventToken\":\"0-5\"");
  }

  @Test
  void recordsEveryDecisionInItsPartition() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 2000, "refund", 0.9f);

    String id = service.reply(user, "greeting").path("decisionId").asString();

    List<ConsumerRecord<String, Decision>> found = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              decisions().stream()
                  .filter(r -> r.value().getDecisionId().equals(id))
                  .forEach(found::add);
              return !found.isEmpty();
            });
    ConsumerRecord<String, Decision> record = found.getFirst();
    assertThat(record.key()).isEqualTo(user);
    assertThat(record.timestamp()).isEqualTo(record.value().getDecidedAt());
    assertThat(record.value().getRule()).isEqualTo("refund");
    assertThat(record.value().getVariant()).isEqualTo("treatment");
    assertThat(record.value().getEventToken()).isEqualTo("0-2000");
    assertThat(record.value().getVariables()).containsEntry("name", "Ada");
    assertThat(record.value().getVector()).isNotNull();
  }

  @Test
  void explainsADecisionAtOnceAndFromTheTopic() {
    predictions.put("explained", 0, 3, "refund", 0.9f);
    String id = service.reply("explained", "greeting").path("decisionId").asString();

    JsonNode now = Service.json(service.get("/v1/decisions/" + id));
    assertThat(now.path("explanation").toString()).contains("expected `refund` (90 %)");

    try (Service other = Service.start(INFRA, "it-responses.").ready()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> other.get("/v1/decisions/" + id).statusCode() == 200);
      JsonNode later = Service.json(other.get("/v1/decisions/" + id));
      assertThat(later).isEqualTo(now);
      assertThat(other.get("/v1/decisions/01890000-0000-7000-8000-000000000000").statusCode())
          .isEqualTo(404);
      assertThat(other.get("/v1/decisions/nonsense").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void tellsWhatIsKnownOfAUser() {
    predictions.put("known", 0, 77, "refund", 0.9f, "frustrated");

    JsonNode user = Service.json(service.user("known"));

    assertThat(user.path("segments").get(0).asString()).isEqualTo("frustrated");
    assertThat(user.path("prediction").path("label").asString()).isEqualTo("refund");
    assertThat(user.path("prediction").path("probabilities").path("refund").asDouble())
        .isEqualTo(0.9);
    assertThat(user.path("prediction").path("eventToken").asString()).isEqualTo("0-77");
    assertThat(user.path("features").has("clicks_24h")).isTrue();
  }

  @Test
  void sendsNewPredictionsToWhoFollows() throws Exception {
    predictions.put("followed", 0, 1, "refund", 0.9f);
    try (var stream = service.follow("followed", null)) {
      await().until(() -> stream.text().contains("\"eventToken\":\"0-1\""));

      predictions.put("followed", 0, 2, "order_status", 0.7f);

      await().until(() -> stream.text().contains("\"eventToken\":\"0-2\""));
      assertThat(stream.text()).contains("event:prediction").contains("id:2-1");
    }
    try (var resumed = service.follow("followed", "1-1")) {
      await().until(() -> resumed.text().contains("\"eventToken\":\"0-2\""));
      assertThat(resumed.text()).doesNotContain("\"eventToken\":\"0-1\"");
    }
  }

  @Test
  void givesFollowersSignsOfLifeUpToTheirLimitAndEndsThemInOrderWhenItStops() throws Exception {
    predictions.put("left", 0, 1, "refund", 0.9f);
    Service stopping =
        Service.start(
                INFRA, "it-responses.", "--attune.store.watchers=1", "--attune.store.heartbeat=1ms")
            .ready();
    try (var stream = stopping.follow("left", null)) {
      await().until(() -> stream.text().contains("\"eventToken\":\"0-1\""));
      await().until(() -> stream.text().contains(":still here"));
      assertThat(stopping.get("/v1/users/left/events").statusCode()).isEqualTo(503);

      stopping.stop();

      await().until(() -> stream.text().contains("[ended]"));
    }
    stopping.close();
  }

  @Test
  void letsABrowserReadItsOwnUserOnly() {
    predictions.put("alice", 0, 1, "refund", 0.9f);
    predictions.put("bob", 0, 1, "refund", 0.9f);
    String mine =
        UserSignature.sign(Service.IDENTITY_SECRET, "alice", Instant.now().plusSeconds(60));
    String expired =
        UserSignature.sign(Service.IDENTITY_SECRET, "alice", Instant.now().minusSeconds(60));
    String id = service.reply("bob", "greeting").path("decisionId").asString();

    assertThat(service.browser("/v1/users/alice", mine)).isEqualTo(200);
    assertThat(service.browser("/v1/users/bob", mine)).isEqualTo(403);
    assertThat(service.browser("/v1/users/bob/events", mine)).isEqualTo(403);
    assertThat(service.browser("/v1/decisions/" + id, mine)).isEqualTo(403);
    assertThat(service.browser("/v1/users/alice", expired)).isEqualTo(403);
    assertThat(service.browser("/v1/users/alice", null)).isEqualTo(403);
    assertThat(service.browserReply("alice", mine)).isEqualTo(200);
    assertThat(service.browserReply("bob", mine)).isEqualTo(403);
    assertThat(service.status("/v1/users/alice", Map.of())).isEqualTo(401);
    assertThat(service.status("/v1/users/alice", Map.of("Authorization", "Bearer nonsense")))
        .isEqualTo(401);
  }

  private static List<ConsumerRecord<String, Decision>> decisions() {
    var registry = new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));
    Map<String, Object> config = Map.of("bootstrap.servers", INFRA.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(
            config, new StringDeserializer(), new AvroDeserializer<>(registry, Decision.class))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor("it-responses.decisions").stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, Decision>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(all::add);
      }
      return all;
    }
  }

  @Test
  void documentsEveryPathWithItsKeysBodiesAndCodes() throws IOException {
    OpenApiDocument.assertIsAsMade(Service.json(service.get("/v3/api-docs")));
    JsonNode document = Service.json(service.get("/openapi.json"));

    assertThat(document.path("paths").propertyNames())
        .containsExactlyInAnyOrder(
            "/v1/responses",
            "/v1/decisions/{decisionId}",
            "/v1/users",
            "/v1/conversations",
            "/v1/playbook",
            "/v1/users/{userId}",
            "/v1/users/{userId}/events",
            "/v1/users/{userId}/preview",
            "/v1/erasures",
            "/v1/erasures/{receiptId}",
            "/v1/experiments",
            "/v1/experiments/{name}",
            "/v1/experiments/{name}/results",
            "/v1/experiments/{name}/breakdown",
            "/v1/experiments/{name}/state",
            "/v1/experiments/{name}/assignment",
            "/v1/kpis",
            "/v1/audit",
            "/v1/dead-letters",
            "/v1/labels",
            "/v1/labels/questions");
    document
        .path("paths")
        .forEach(
            item ->
                item.properties()
                    .forEach(
                        operation -> {
                          JsonNode responses = operation.getValue().path("responses");
                          assertThat(responses.propertyNames())
                              .contains("400", "401", "403", "404", "503");
                          assertThat(operation.getValue().path("security").isEmpty()).isFalse();
                          assertThat(operation.getValue().path("summary").asString()).isNotBlank();
                        }));
    JsonNode respond = document.path("paths").path("/v1/responses").path("post");
    assertThat(respond.toString())
        .contains("unknown_slot", "too_large", "unsupported_media_type", "Looking for order 1234");
    assertThat(document.path("components").path("securitySchemes").propertyNames())
        .containsExactlyInAnyOrder("key", "userSignature");
  }

  @Test
  void answersRepliesPastSpringsDispatchAsSpringWould() {
    HttpResponse<String> reply =
        service.post("{\"userId\":\"u\",\"slot\":\"greeting\"}", Service.secretHeaders());
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");

    HttpResponse<String> wrongMethod = service.get("/v1/responses");
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.headers().firstValue("Allow")).hasValue("POST");
    assertThat(Service.json(wrongMethod).path("code").asString()).isEqualTo("method_not_allowed");

    HttpResponse<String> refused = service.post("{}", Map.of());
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(Service.json(refused).path("instance").asString()).isEqualTo("/v1/responses");

    assertThat(service.manage("/actuator/prometheus").body())
        .contains("http_server_requests_seconds_count{")
        .contains("uri=\"/v1/responses\"");
  }

  @Test
  void tellsKpisToServersOnly() {
    JsonNode report = Service.json(service.get("/v1/kpis?by=intent&from=2026-01-01&to=2026-01-02"));
    assertThat(report.path("by").asString()).isEqualTo("intent");
    assertThat(report.path("rows").isArray()).isTrue();

    assertThat(service.get("/v1/kpis?by=weather").statusCode()).isEqualTo(400);
    assertThat(service.get("/v1/kpis?from=yesterday").statusCode()).isEqualTo(400);
    assertThat(service.get("/v1/kpis?by=intent&arm=e/a").statusCode()).isEqualTo(400);
    assertThat(service.get("/v1/kpis?by=day&arm=e/a").statusCode()).isEqualTo(200);
    assertThat(service.status("/v1/kpis", Service.browserHeaders(null))).isEqualTo(403);
  }

  @Test
  void tellsTheArmThatTheNextReplyHasAndLeavesNoTraceOfTheUser() {
    Set<String> arms = new HashSet<>();
    for (int i = 0; i < 2_000 && arms.size() < 3; i++) {
      String user = "asked-about " + UUID.randomUUID();
      JsonNode arm = assignment("userId=" + user.replace(" ", "%20") + "&locale=es-MX");
      assertThat(arm.path("userId").asString()).isEqualTo(user);
      if (i == 0) {
        String history = "/v1/users/" + user.replace(" ", "%20") + "?history=true";
        assertThat(service.get(history).statusCode()).isEqualTo(404);
      }
      JsonNode reply = service.reply(user, "reply");
      if (arm.has("variant")) {
        arms.add(arm.path("variant").asString());
        assertThat(reply.path("variant")).isEqualTo(arm.path("variant"));
        assertThat(arm.path("slots").toString())
            .isEqualTo("[\"greeting\",\"suggestion\",\"reply\",\"handoff\",\"promise\"]");
      } else {
        arms.add(arm.path("reason").asString());
        assertThat(reply.path("experiment").asString()).isEqualTo("holdout");
        assertThat(arm.path("slots").isEmpty()).isTrue();
      }
    }

    assertThat(arms).containsExactlyInAnyOrder("control", "treatment", "held_out");
    for (String bad : List.of("", "?userId=", "?userId=" + "u".repeat(129))) {
      String path = "/v1/experiments/personalized-greeting/assignment" + bad;
      assertThat(service.get(path).statusCode()).as(bad).isEqualTo(400);
    }
  }

  /** As many as the gateway takes: it counts code points, of which each of these is one. */
  @Test
  void anIdOfCharactersPastTheBasicPlaneIsAsLongForRepliesAsForEvents() {
    String longest = "\uD83D\uDE00".repeat(127) + UUID.randomUUID().toString().charAt(0);
    String tooLong = longest + "x";

    assertThat(service.reply(longest, "greeting").path("text").asString()).isNotEmpty();
    assertThat(statuses(longest)).containsExactly(200, 200, 200, 202);
    String refused = "{\"userId\":\"%s\",\"slot\":\"reply\"}".formatted(tooLong);
    assertThat(service.post(refused, Service.secretHeaders()).statusCode()).isEqualTo(400);
    assertThat(statuses(tooLong)).containsOnly(400);
  }

  /** Of a preview, an assignment, the audit log and an erasure. */
  private static List<Integer> statuses(String user) {
    String id = URLEncoder.encode(user, StandardCharsets.UTF_8);
    String assignment = "/v1/experiments/personalized-greeting/assignment?userId=";
    return List.of(
        service.get("/v1/users/" + id + "/preview?slot=reply").statusCode(),
        service.get(assignment + id).statusCode(),
        service.get("/v1/audit?userId=" + id).statusCode(),
        service.delete("/v1/users/" + id, Service.secretHeaders()));
  }

  @Test
  void tellsWhatTheNextReplyWouldBeAndLeavesNoTraceOfIt() {
    String user = service.userIn("treatment");
    predictions.put(user, 0, 1, "refund", 0.9f);
    String path = "/v1/users/" + user + "/preview?slot=reply&locale=en-US";
    JsonNode preview = Service.json(service.get(path));
    assertThat(preview.path("reason").asString()).isEqualTo("rule:refund");

    JsonNode reply = service.reply(user, "reply");

    // the replies that found somebody of this arm, and this one; the preview would lie between
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> decisions(user).contains(reply.path("decisionId").asString()));
    assertThat(decisions(user)).hasSize(2);
    for (String same : List.of("text", "reason", "personalized", "experiment", "variant")) {
      assertThat(preview.path(same)).as(same).isEqualTo(reply.path(same));
    }
    assertThat(service.get("/v1/users/" + user + "/preview").statusCode()).isEqualTo(400);
    assertThat(service.get("/v1/users/" + user + "/preview?slot=none").statusCode()).isEqualTo(404);
  }

  private static List<String> decisions(String user) {
    return Service.json(service.get("/v1/users/" + user + "?history=true"))
        .at("/history/decisions")
        .valueStream()
        .map(decision -> decision.path("decisionId").asString())
        .toList();
  }

  @Test
  void keepsTellingTheArmFirstSeen() {
    String user = service.userIn("treatment");
    assertThat(assignment("userId=" + user).path("variant").asString()).isEqualTo("treatment");
    predictions.putSeen(user, "personalized-greeting", "control");

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> assignment("userId=" + user).path("variant").asString().equals("control"));
  }

  private static JsonNode assignment(String query) {
    return Service.json(service.get("/v1/experiments/personalized-greeting/assignment?" + query));
  }

  @Test
  void listsExperimentsForServersOnly() {
    JsonNode list = Service.json(service.get("/v1/experiments"));
    assertThat(list.toString()).contains("personalized-greeting", "holdout", "handling-time");

    JsonNode experiment = Service.json(service.get("/v1/experiments/personalized-greeting"));
    assertThat(experiment.path("description").asString()).startsWith("replies about what");
    assertThat(experiment.at("/plan/minUsers").asInt()).isEqualTo(200);
    assertThat(experiment.at("/plan/minDays").asDouble()).isEqualTo(7);
    assertThat(experiment.at("/metrics/0/unit").asString()).isEqualTo("seconds");
    assertThat(experiment.at("/metrics/0/description").asString()).contains("seconds that people");
    assertThat(service.get("/v1/experiments/none").statusCode()).isEqualTo(404);
    assertThat(service.get("/v1/experiments/canary:v7").statusCode()).isEqualTo(200);

    JsonNode results = Service.json(service.get("/v1/experiments/personalized-greeting/results"));
    assertThat(results.path("status").asString()).isEqualTo("COLLECTING");
    assertThat(service.get("/v1/experiments/none/results").statusCode()).isEqualTo(404);
    String breakdown = "/v1/experiments/personalized-greeting/breakdown?by=";
    assertThat(Service.json(service.get(breakdown + "segment")).path("dimension").asString())
        .isEqualTo("segment");
    assertThat(service.get(breakdown + "colour").statusCode()).isEqualTo(400);
    assertThat(service.status("/v1/experiments", Service.browserHeaders(null))).isEqualTo(403);
  }
}
