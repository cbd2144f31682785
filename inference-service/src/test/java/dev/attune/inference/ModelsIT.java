package dev.attune.inference;

import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.ModelStep;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Models that change under a running service: everybody is scored again, and it explains. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelsIT extends RunningInference {
  private final KafkaProducer<String, UserProfile> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", infra.bootstrapServers()),
          new StringSerializer(),
          new AvroSerializer<>(schemas));

  @AfterAll
  void close() {
    producer.close();
  }

  @Test
  void refillsAnEmptiedRedis() throws Exception {
    awaitRefilled();
    String prefix = user();
    for (int i = 0; i < 300; i++) {
      produce(profile(prefix + i, 100 + i));
    }
    String erased = user();
    produce(profile(erased, 5));
    produce(new ProducerRecord<>(topics.userProfiles(), erased, null));

    redis.flushAll();
    // a live write during the refill is newer than the profile and stays
    assertThat(score(prefix + 0, 5_000, 2).getOutcome()).isEqualTo(Outcome.STORED);

    await().atMost(DEADLINE).untilAsserted(() -> assertThat(store.read(prefix + 299)).isPresent());
    awaitRefilled();
    for (int i = 1; i < 300; i++) {
      assertThat(stored(prefix + i).getOffset()).isEqualTo(100 + i);
    }
    assertThat(stored(prefix + 0).getOffset()).isEqualTo(5_000);
    assertThat(store.read(erased)).isEmpty();
    assertThat(managed("/actuator/prometheus").body()).contains("attune_refill");
  }

  private ProducerRecord<String, UserProfile> profile(String user, long offset) {
    long now = System.currentTimeMillis();
    var profile =
        new UserProfile(
            user,
            "s-1",
            0,
            2,
            offset,
            now,
            now,
            row((int) (offset % 3)).toAvro(),
            List.of(),
            Map.of(),
            null);
    return new ProducerRecord<>(topics.userProfiles(), user, profile);
  }

  private void produce(ProducerRecord<String, UserProfile> record)
      throws ExecutionException, InterruptedException {
    var unused = producer.send(record).get();
  }

  @Test
  void aNewModelScoresEverybodyAgainAndRollsBack() throws Exception {
    awaitRefilled();
    String user = user();
    produce(profile(user, 50));
    var unused = score(user, 50, 50 % 3);
    String before = stored(user).getModelVersion();
    String next = before.equals("2026-01-01.1") ? "2026-01-02.1" : "2026-01-01.1";

    var promoted = post("/v1/models/" + next + "/promote", "", SECRET);

    assertThat(promoted.statusCode()).isEqualTo(200);
    assertThat(json(promoted).at("/serving/version").stringValue()).isEqualTo(next);
    assertThat(json(promoted).at("/before").stringValue()).isEqualTo(before);
    await().atMost(DEADLINE).until(() -> stored(user).getModelVersion().equals(next));
    assertThat(stored(user).getOffset()).isEqualTo(50);

    assertThat(post("/v1/models/rollback", "", SECRET).statusCode()).isEqualTo(200);
    await().atMost(DEADLINE).until(() -> stored(user).getModelVersion().equals(before));
    var missing = post("/v1/models/none.1/promote", "", SECRET);
    assertThat(missing.statusCode()).isEqualTo(409);
    assertThat(json(missing).at("/code").stringValue()).isEqualTo("model_refused");
  }

  @Test
  void tellsOfEachVersionWhatItSaysOfItself() throws Exception {
    for (JsonNode version : json(get("/v1/models", SECRET)).path("versions")) {
      JsonNode facts = version.path("facts");
      assertThat(facts.path("broken").isNull()).as(version.toString()).isTrue();
      assertThat(facts.path("metrics").isObject()).isTrue();
      assertThat(facts.path("gateFailures").isArray()).isTrue();
    }
  }

  @Test
  void servesTheReportThatTrainingLeftBesideAVersion() throws Exception {
    Path page = registry.published("2026-01-02.1").resolve("report.html");
    Files.writeString(page, "<!doctype html><title>höchst</title><style>p{}</style>");

    var report = get("/v1/models/2026-01-02.1/report", SECRET);
    assertThat(report.statusCode()).isEqualTo(200);
    assertThat(report.body()).isEqualTo(Files.readString(page));
    assertThat(report.headers().firstValue("Content-Type").orElseThrow())
        .isEqualTo("text/html;charset=UTF-8");
    assertThat(report.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "sandbox")
        .doesNotContain("script");
    for (String none : List.of("2026-01-01.1", "9999-01-01.1", "..", "%2e%2e%2fx")) {
      assertThat(get("/v1/models/" + none + "/report", SECRET).statusCode())
          .as(none)
          .isIn(400, 404);
    }
    assertThat(get("/v1/models/2026-01-02.1/report").statusCode()).isEqualTo(401);
    Files.delete(page);
  }

  @Test
  void anOverrideOfTheGatesIsRecordedWithItsReason() throws Exception {
    String live = json(get("/v1/models", SECRET)).at("/serving/version").stringValue();
    String next = live.equals("2026-01-01.1") ? "2026-01-02.1" : "2026-01-01.1";

    var tried = post("/v1/models/" + next + "/canary?share=0.1&override=a%20drill", "", SECRET);
    var promoted = post("/v1/models/" + next + "/promote?override=a%20drill", "", SECRET);

    assertThat(tried.statusCode()).isEqualTo(200);
    assertThat(promoted.statusCode()).isEqualTo(200);
    assertThat(post("/v1/models/rollback?reason=%20over%20", "", SECRET).statusCode())
        .isEqualTo(200);
    assertThat(audited())
        .filteredOn(record -> record.getAction().equals("model_rollback"))
        .extracting(AuditRecord::getDetail)
        .contains("over");
    assertThat(audited())
        .filteredOn(record -> record.getAction().endsWith("_override"))
        .filteredOn(record -> ("model:" + next + " because a drill").equals(record.getSubject()))
        .extracting(AuditRecord::getAction)
        .contains("model_canary_override", "model_promote_override");
  }

  @Test
  void aFailedGateIsPassedWithAReasonAndTheScopeForItAlone() throws Exception {
    String live = json(get("/v1/models", SECRET)).at("/serving/version").stringValue();
    String refused = "2026-01-03.1";
    TestModels.publishRefused(registry, refused, "ece is 0.4, at most 0.1 is asked");

    for (String door : List.of("/promote?", "/canary?share=0.1&")) {
      String path = "/v1/models/" + refused + door;
      var tried = post(path + "reason=now", "", SECRET);
      assertThat(tried.statusCode()).as(door).isEqualTo(409);
      assertThat(tried.body()).contains("ece is 0.4, at most 0.1 is asked");
      assertThat(post(path + "override=%20", "", SECRET).statusCode()).as(door).isEqualTo(409);
      var forbidden = post(path + "override=a%20drill", "", WITHOUT_OVERRIDES);
      assertThat(forbidden.statusCode()).as(door).isEqualTo(403);
      assertThat(forbidden.body()).contains("lacks the scope models_override");
    }
    String sentence =
        "Version " + refused + " stays a candidate: ece is 0.4, at most 0.1 is asked.";
    assertThat(audited())
        .filteredOn(record -> ("model:" + refused).equals(record.getSubject()))
        .extracting(AuditRecord::getAction, AuditRecord::getOutcome, AuditRecord::getDetail)
        .as("nothing else: no door let it through")
        .containsExactly(
            tuple("model_promote", "refused", sentence),
            tuple("model_promote", "refused", sentence),
            tuple("model_canary", "refused", sentence),
            tuple("model_canary", "refused", sentence));
    assertThat(steps(refused))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .containsExactly(
            tuple("live", "failed", sentence),
            tuple("live", "failed", sentence),
            tuple("canary", "failed", sentence),
            tuple("canary", "failed", sentence));
    assertThat(steps(refused))
        .allSatisfy(
            step -> {
              assertThat(step.getFigures())
                  .isEqualTo(BundleFiles.manifest(registry.published(refused)).metrics())
                  .isNotEmpty();
              assertThat(step.getActor()).isEqualTo("key:feature-streams");
            });
    assertThat(json(get("/v1/models", WITHOUT_OVERRIDES)).at("/serving/version").stringValue())
        .isEqualTo(live);
    assertThat(
            post("/v1/models/" + refused + "/promote?override=a%20drill", "", SECRET).statusCode())
        .isEqualTo(200);
    assertThat(post("/v1/models/rollback?reason=over", "", SECRET).statusCode()).isEqualTo(200);
    assertThat(steps(refused))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .endsWith(tuple("live", "overridden", "a drill"), tuple("live", "left", "over"));
    assertThat(steps(live))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .endsWith(tuple("live", "left", "a drill"), tuple("live", "entered", "over"));
  }

  @Test
  void whatMustPassTheShadowAndTheCanaryGoesLiveNoSooner() throws Exception {
    String version = "2026-01-04.1";
    TestModels.publishWithNeeds(registry, version);
    String promote = "/v1/models/" + version + "/promote";
    String canary = "/v1/models/" + version + "/canary?share=0.1";

    var promoted = post(promote, "", SECRET);
    assertThat(promoted.statusCode()).isEqualTo(409);
    assertThat(promoted.body()).contains("it has not passed the shadow and the canary");
    assertThat(post(canary, "", SECRET).body()).contains("it has not passed the shadow of");
    assertThat(post(promote + "?override=a%20drill", "", WITHOUT_OVERRIDES).statusCode())
        .isEqualTo(403);
    assertThat(json(get("/v1/models", SECRET)).path("versions"))
        .filteredOn(each -> each.path("version").asString("").equals(version))
        .allSatisfy(
            each ->
                assertThat(each.at("/facts/gateFailures/0").asString(""))
                    .isEqualTo("it has not passed the shadow and the canary of ./attune retrain"));

    registry.passed(version, Step.SHADOW);
    assertThat(post(canary, "", SECRET).statusCode()).isEqualTo(200);
    registry.passed(version, Step.CANARY);
    assertThat(post(promote, "", SECRET).statusCode()).isEqualTo(200);
    assertThat(post("/v1/models/rollback", "", SECRET).statusCode()).isEqualTo(200);
  }

  @Test
  void itIsToldHowManyRowsAVersionWasAsked() throws Exception {
    long before = json(get("/v1/models", SECRET)).at("/serving/rows").longValue();

    assertThat(score(user(), 7, 1).getOutcome()).isEqualTo(Outcome.STORED);

    JsonNode serving = json(get("/v1/models", SECRET)).path("serving");
    assertThat(serving.path("rows").longValue()).isGreaterThan(before);
    assertThat(serving.path("failed").longValue()).isZero();
  }

  @Test
  void whoSwitchesModelsIsInTheAuditLog() throws Exception {
    assertThat(post("/v1/models/none.2/promote", "", SECRET).statusCode()).isEqualTo(409);
    assertThat(post("/v1/models/none.2/shadow", "", SECRET).statusCode()).isEqualTo(409);

    assertThat(steps("none.2")).as("there is no such version").isEmpty();
    assertThat(audited())
        .filteredOn(record -> "model:none.2".equals(record.getSubject()))
        .allSatisfy(record -> assertThat(record.getDetail()).contains("There is no version none.2"))
        .extracting(
            AuditRecord::getService,
            AuditRecord::getActor,
            AuditRecord::getAddress,
            AuditRecord::getAction,
            AuditRecord::getOutcome)
        .containsExactlyInAnyOrder(
            tuple(
                "inference-service",
                "key:feature-streams",
                "127.0.0.1",
                "model_promote",
                "refused"),
            tuple(
                "inference-service",
                "key:feature-streams",
                "127.0.0.1",
                "model_shadow",
                "refused"));
  }

  private List<AuditRecord> audited() {
    List<AuditRecord> records = new ArrayList<>();
    var values = new AvroDeserializer<>(schemas, AuditRecord.class);
    read(topics.audit(), record -> values.readable(record).ifPresent(records::add));
    return records;
  }

  /** What became of a version, by the key. */
  private List<ModelStep> steps(String version) {
    List<ModelStep> steps = new ArrayList<>();
    var values = new AvroDeserializer<>(schemas, ModelStep.class);
    read(
        topics.modelSteps(),
        record -> {
          if (version.equals(record.key())) {
            values.readable(record).ifPresent(steps::add);
          }
        });
    return steps;
  }

  private void read(String topic, Consumer<ConsumerRecord<String, byte[]>> each) {
    KafkaSettings kafka =
        KafkaSettings.of(infra.bootstrapServers())
            .with(new TopicSettings(topics.prefix(), false, 1, (short) 1));
    try (var reader = TopicReader.of(kafka, "test", topic, new StartAt.Beginning())) {
      reader.readToEnd(each::accept);
    }
  }

  @Test
  void explainsAStoredPrediction() throws Exception {
    String user = user();
    var unused = score(user, 1, 1);
    StoredPrediction stored = stored(user);
    Map<String, Object> query =
        Map.of(
            "modelVersion", stored.getModelVersion(),
            "label", "refund",
            "featureSetId", stored.getVector().getFeatureSetId(),
            "numbers", stored.getVector().getNumbers(),
            "categories", stored.getVector().getCategories(),
            "textScores", stored.getTextScores());

    var answer = post("/v1/explanations", json.writeValueAsString(query), SECRET);

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode explanation = json(answer);
    assertThat(explanation.at("/label").stringValue()).isEqualTo("refund");
    assertThat(explanation.at("/parts/0/feature").stringValue()).isEqualTo("step");
    double sum = explanation.at("/bias").doubleValue();
    for (JsonNode part : explanation.at("/parts")) {
      sum += part.at("/contribution").doubleValue();
    }
    assertThat(sum).isCloseTo(explanation.at("/margin").doubleValue(), within(1e-4));
  }

  @Test
  void explainsNothingThatIsNotOfAModel() throws Exception {
    String query =
        """
        {"modelVersion":"%s","label":"%s","featureSetId":"%s","numbers":[%s],
         "categories":["web"],"textScores":[]}\
        """;
    String version = "2026-01-01.1";
    String set = TestModels.FEATURE_SET;

    assertThat(explain(query.formatted("9", "refund", set, "1,2"))).isEqualTo("not_explainable");
    assertThat(explain(query.formatted("../x", "refund", set, "1,2"))).isEqualTo("not_explainable");
    assertThat(explain(query.formatted(version, "none", set, "1,2"))).isEqualTo("invalid");
    assertThat(explain(query.formatted(version, "refund", "x", "1,2"))).isEqualTo("invalid");
    assertThat(explain(query.formatted(version, "refund", set, "1"))).isEqualTo("invalid");
    assertThat(post("/v1/explanations", "{}", SECRET).statusCode()).isEqualTo(400);
    assertThat(post("/v1/explanations", "{}", null).statusCode()).isEqualTo(401);
  }

  private String explain(String query) throws Exception {
    return json(post("/v1/explanations", query, SECRET)).at("/code").stringValue();
  }

  @Test
  void reportsDriftOfWhatStreamsPublish() throws Exception {
    try (var features =
        new KafkaProducer<String, SessionFeatures>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringSerializer(),
            new AvroSerializer<>(schemas))) {
      long now = System.currentTimeMillis();
      // the reader starts at the newest record, whenever it got its partitions
      await()
          .atMost(DEADLINE)
          .until(
              () -> {
                for (int i = 0; i < 100; i++) {
                  var row =
                      new SessionFeatures(
                          "drifting-" + UUID.randomUUID(),
                          "s",
                          "e",
                          "message_sent",
                          0,
                          0,
                          (long) i,
                          now,
                          now,
                          row(0).toAvro(),
                          List.of(),
                          now,
                          null);
                  var unused =
                      features.send(
                          new ProducerRecord<>(topics.sessionFeatures(), row.getUserId(), row));
                }
                return json(get("/v1/drift", SECRET)).at("/rows").intValue() > 300;
              });
    }

    JsonNode step = json(get("/v1/drift", SECRET)).at("/features/0");
    assertThat(step.at("/name").stringValue()).isEqualTo("step");
    assertThat(step.at("/level").stringValue()).isEqualTo("DRIFTED");
    assertThat(get("/v1/drift").statusCode()).isEqualTo(401);
    await()
        .atMost(DEADLINE)
        .until(
            () ->
                managed("/actuator/prometheus")
                    .body()
                    .contains("attune_drift_psi{feature=\"step\"}"));
  }

  @Test
  void canaryShadowAndRollbackOverHttp() throws Exception {
    awaitRefilled();
    String live = json(get("/v1/models", SECRET)).at("/serving/version").stringValue();
    String other = live.equals("2026-01-01.1") ? "2026-01-02.1" : "2026-01-01.1";

    var canary = post("/v1/models/" + other + "/canary?share=0.4", "", SECRET);
    assertThat(json(canary).at("/slots/1/version").stringValue()).isEqualTo(other);
    assertThat(json(canary).at("/slots/1/share").doubleValue()).isEqualTo(0.4);
    List<String> versions = new ArrayList<>();
    String prefix = user();
    for (int i = 0; i < 200; i++) {
      versions.add(score(prefix + i, 1, 0).getModelVersion());
      assertThat(stored(prefix + i).getModelVersion()).isEqualTo(versions.getLast());
    }
    assertThat(versions.stream().filter(other::equals).count()).isBetween(50L, 110L);

    assertThat(post("/v1/models/rollback", "", SECRET).statusCode()).isEqualTo(200);
    var shadow = post("/v1/models/" + other + "/shadow", "", SECRET);
    assertThat(json(shadow).at("/slots/1/slot").stringValue()).isEqualTo("SHADOW");
    assertThat(score(user(), 1, 0).getModelVersion()).isEqualTo(live);
    await()
        .atMost(DEADLINE)
        .until(() -> json(get("/v1/models", SECRET)).at("/shadow/agreed").intValue() > 0);
    assertThat(delete("/v1/models/shadow").statusCode()).isEqualTo(200);
    assertThat(post("/v1/models/" + other + "/canary?share=2", "", SECRET).statusCode())
        .isEqualTo(409);
  }
}
