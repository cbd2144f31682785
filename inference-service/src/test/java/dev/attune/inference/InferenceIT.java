package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.grpc.GrpcEndpoint;
import dev.attune.inference.oip.PublishedProtocol;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.predictions.PredictionWriter;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelMetadataRequest;
import dev.attune.schemas.oip.ServerReadyRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service as its clients see it, over real Kafka, registry, Redis and the network. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InferenceIT {
  private static final String SECRET = "a secret of the test";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Infra infra = Infra.shared();
  private final Topics topics = new Topics("it-inference-" + UUID.randomUUID() + ".");
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper json = JsonMapper.shared();
  private final PublishedProtocol protocol = new PublishedProtocol();
  private Path models;
  private ModelRegistry registry;
  private Booster oracle;
  private ConfigurableApplicationContext service;
  private int port;
  private int grpcPort;
  private PredictionWriter store;
  private RedisClient redis;
  private SchemaRegistryClient schemas;
  private KafkaProducer<String, UserProfile> producer;
  private ScoringClient client;

  @BeforeAll
  void startService() throws Exception {
    models = Files.createTempDirectory("models");
    registry = new ModelRegistry(models.resolve("support"));
    oracle = TestModels.publish(registry, "2026-01-01.1", 10);
    var unused = TestModels.publish(registry, "2026-01-02.1", 20);
    registry.promote("2026-01-01.1");
    service = SpringApplication.run(InferenceApplication.class, settings());
    port = service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    grpcPort = service.getBean(GrpcEndpoint.class).port();
    store = service.getBean(PredictionWriter.class);
    redis = RedisClient.create(infra.redisUri());
    schemas = new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(5));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringSerializer(),
            new AvroSerializer<>(schemas));
  }

  private String[] settings() {
    return new String[] {
      "--server.port=0",
      "--management.server.port=0",
      "--attune.grpc.port=0",
      "--attune.inference-secret=" + SECRET,
      "--attune.redis.uri=" + infra.redisUri(),
      "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
      "--attune.kafka.registry.url=" + infra.registryUrl(),
      "--attune.kafka.topics.prefix=" + topics.prefix(),
      "--attune.models.dir=" + models,
      "--attune.models.playbook=playbooks/support",
      "--attune.models.interval=100ms",
      "--attune.refill.interval=100ms",
      "--attune.refill.settle=1s"
    };
  }

  @AfterAll
  void stopService() {
    producer.close();
    redis.close();
    service.close();
  }

  @BeforeEach
  void connect() {
    client = new ScoringClient(grpcPort, SECRET);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  private static String user() {
    return "u-" + UUID.randomUUID();
  }

  private ScoreResponse score(String user, long offset, int label) throws Exception {
    return client.send(request(user, offset, row(label))).get(10, TimeUnit.SECONDS);
  }

  private StoredPrediction stored(String user) {
    return store.read(user).orElseThrow().prediction();
  }

  @Test
  void storesThePredictionBeforeItAnswers() throws Exception {
    String user = user();

    ScoreResponse answer = score(user, 7, 1);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    StoredPrediction stored = stored(user);
    assertThat(stored.getOffset()).isEqualTo(7);
    assertThat(stored.getPartition()).isEqualTo(3);
    assertThat(stored.getModelVersion()).isEqualTo(answer.getModelVersion());
    assertThat(stored.getProbabilities().getFirst().getLabel()).isEqualTo("refund");
    assertThat(stored.getProbabilities()).hasSize(3);
    assertThat(stored.getSegments()).containsExactly("frustrated");
    assertThat(stored.getVector().getNumbers()).containsExactly(1.0, 0.5);
    assertThat(stored.getVector().getTokens()).isEmpty();
    assertThat(redis.pttl("attune:{" + user + "}:p")).isGreaterThan(Duration.ofDays(29).toMillis());
  }

  @Test
  void publishesWhatItStored() throws Exception {
    String user = user();
    var unused = score(user, 8, 2);

    Prediction prediction = awaitPrediction(user);

    assertThat(prediction.getLabel()).isEqualTo("other");
    assertThat(prediction.getOffset()).isEqualTo(8);
    assertThat(prediction.getSessionId()).isEqualTo("s-1");
    assertThat(prediction.getFeatureSetId()).isEqualTo(TestModels.FEATURE_SET);
  }

  private Prediction awaitPrediction(String user) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            infra.bootstrapServers(),
            "group.id",
            "it-" + UUID.randomUUID(),
            "auto.offset.reset",
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(
            settings,
            new StringDeserializer(),
            new AvroDeserializer<>(schemas, Prediction.class))) {
      consumer.subscribe(List.of(topics.predictions()));
      List<Prediction> found = new ArrayList<>();
      await()
          .atMost(DEADLINE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> found.add(r.value()));
                return found.stream().anyMatch(p -> p.getUserId().equals(user));
              });
      return found.stream().filter(p -> p.getUserId().equals(user)).findFirst().orElseThrow();
    }
  }

  @Test
  void neverGoesBack() throws Exception {
    String user = user();

    assertThat(score(user, 10, 0).getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(score(user, 9, 1).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(score(user, 10, 1).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(stored(user).getOffset()).isEqualTo(10);
    assertThat(score(user, 11, 1).getOutcome()).isEqualTo(Outcome.STORED);

    assertThat(stored(user).getOffset()).isEqualTo(11);
  }

  @Test
  void aLaterEpochStartsOver() throws Exception {
    String user = user();
    var unused = score(user, 1_000_000, 0);

    var answer = client.send(request(user, 0, row(1)).setEpoch(1)).get(10, TimeUnit.SECONDS);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(stored(user).getEpoch()).isEqualTo(1);
  }

  @Test
  void erasureLeavesNothingButTheVersion() throws Exception {
    String user = user();
    var unused = score(user, 5, 0);

    var erased = client.send(request(user, 6, row(0)).setErased(true)).get(10, TimeUnit.SECONDS);

    assertThat(erased.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(store.read(user)).isEmpty();
    assertThat(score(user, 5, 0).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(score(user, 6, 0).getOutcome()).isEqualTo(Outcome.SUPERSEDED);
    assertThat(store.read(user)).isEmpty();
    assertThat(score(user, 7, 0).getOutcome()).isEqualTo(Outcome.STORED);
  }

  @Test
  void refusesWhatCanNeverBeScored() throws Exception {
    var otherFeatures =
        client
            .send(request(user(), 1, row(0)).setFeatureSetId("another"))
            .get(10, TimeUnit.SECONDS);
    var noUser = client.send(request("", 1, row(0))).get(10, TimeUnit.SECONDS);
    var hugeVersion = client.send(request(user(), -1, row(0))).get(10, TimeUnit.SECONDS);

    assertThat(List.of(otherFeatures, noUser, hugeVersion))
        .allSatisfy(
            answer -> {
              assertThat(answer.getOutcome()).isEqualTo(Outcome.REFUSED);
              assertThat(answer.getDetail()).isNotEmpty();
            });
  }

  @Test
  void aRowThatBreaksTheModelReachesItsVersionWithoutAPrediction() throws Exception {
    String user = user();
    var unused = score(user, 1, 1);

    var answer = client.send(request(user, 2, row(1)).clearNumbers()).get(10, TimeUnit.SECONDS);

    assertThat(answer.getOutcome()).isEqualTo(Outcome.STORED);
    assertThat(stored(user).getOffset()).isEqualTo(2);
    assertThat(stored(user).getProbabilities()).isEmpty();
    assertThat(stored(user).getSegments()).containsExactly("frustrated");
  }

  @Test
  void answersManyCallsOfOneStream() throws Exception {
    String prefix = user();
    List<CompletableFuture<ScoreResponse>> answers = new ArrayList<>();

    for (int i = 0; i < 10_000; i++) {
      answers.add(client.send(request(prefix + i, i, row(i % 3))));
    }

    for (var answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.STORED);
    }
    assertThat(stored(prefix + 9_999).getOffset()).isEqualTo(9_999);
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
  }

  private void awaitRefilled() {
    await()
        .atMost(DEADLINE)
        .until(() -> managed("/actuator/health").body().contains("\"state\":\"COMPLETE\""));
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
            Map.of());
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
    await().atMost(DEADLINE).until(() -> stored(user).getModelVersion().equals(next));
    assertThat(stored(user).getOffset()).isEqualTo(50);

    assertThat(post("/v1/models/rollback", "", SECRET).statusCode()).isEqualTo(200);
    await().atMost(DEADLINE).until(() -> stored(user).getModelVersion().equals(before));
    var missing = post("/v1/models/none.1/promote", "", SECRET);
    assertThat(missing.statusCode()).isEqualTo(409);
    assertThat(json(missing).at("/code").stringValue()).isEqualTo("model_refused");
  }

  @Test
  void documentsWhatTheProtocolDemands() {
    JsonNode paths = json(get("/openapi.json")).at("/paths");

    protocol
        .paths()
        .forEachEntry(
            (path, methods) -> {
              String ours = path.replace("MODEL_NAME", "name").replace("MODEL_VERSION", "version");
              methods.forEachEntry(
                  (method, bodies) ->
                      assertThat(paths.path(ours).has(method)).as(method + " " + path).isTrue());
            });
    for (String path : List.of("/v1/models", "/v1/drift", "/v1/explanations")) {
      assertThat(paths.has(path)).as(path).isTrue();
    }
  }

  /** Whatever the protocol's document names, as this service answers it. */
  @Test
  void answersAsTheProtocolsPublishedSchemasSay() {
    String good = input("features", "[2,4]", "FP32", "[[1,0.5,1,0],[2,0.1,0,1]]");
    String labels = good.replace("}]}", "}],\"outputs\":[{\"name\":\"label\"}],\"id\":\"42\"}");
    String bad = input("features", "[1,5]", "FP32", "[1,2,3,4,5]");
    String version = json(get("/v2/models/intent")).at("/versions/0").stringValue();

    protocol
        .paths()
        .forEachEntry(
            (path, methods) -> {
              String ours =
                  path.replace("{MODEL_NAME}", "intent").replace("{MODEL_VERSION}", version);
              if (methods.has("get")) {
                assertConforms(methods.get("get"), get(ours));
              } else {
                for (String body : List.of(good, labels, bad)) {
                  String request = methods.at("/post/request").stringValue();
                  assertThat(protocol.violations(request, json.readTree(body))).isEmpty();
                  assertConforms(methods.get("post"), post(ours, body, SECRET));
                }
              }
            });
  }

  private void assertConforms(JsonNode bodies, HttpResponse<String> answer) {
    String status = Integer.toString(answer.statusCode());
    assertThat(bodies.has(status)).as(answer.uri() + " answers " + status).isTrue();
    if (!bodies.get(status).isNull()) {
      String schema = bodies.get(status).stringValue();
      assertThat(protocol.violations(schema, json(answer))).as(answer.body()).isEmpty();
      assertThat(protocol.violations(schema, json.readTree("[]"))).isNotEmpty();
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
         "categories":["web"],"textScores":[]}""";
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
                          "drifting-" + java.util.UUID.randomUUID(),
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
                          now);
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

  private HttpResponse<String> delete(String path) {
    return send(
        HttpRequest.newBuilder(uri(path)).DELETE().header("Authorization", "Bearer " + SECRET));
  }

  @Test
  void switchesModelsWithoutAFailedCall() throws Exception {
    String prefix = user();
    List<CompletableFuture<ScoreResponse>> answers = new ArrayList<>();

    for (int i = 0; i < 3_000; i++) {
      if (i % 1_000 == 500) {
        registry.promote(i == 1_500 ? "2026-01-01.1" : "2026-01-02.1");
      }
      answers.add(client.send(request(prefix + i, i, row(i % 3))));
    }

    for (var answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.STORED);
    }
  }

  @Test
  void nobodyScoresWithoutTheSecret() throws Exception {
    try (var stranger = new ScoringClient(grpcPort, null);
        var guesser = new ScoringClient(grpcPort, "wrong")) {
      assertRefused(stranger.send(request(user(), 1, row(0))));
      assertRefused(guesser.send(request(user(), 1, row(0))));
      var infer = GRPCInferenceServiceGrpc.newBlockingStub(stranger.channel());
      assertThat(status(() -> infer.modelInfer(inferRequest().build())))
          .isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(infer.serverReady(ServerReadyRequest.getDefaultInstance()).getReady()).isTrue();
    }

    String infer = "/v2/models/intent/infer";
    assertThat(post(infer, "{}", null).statusCode()).isEqualTo(401);
    assertThat(json(post(infer, "{}", "wrong")).has("error")).isTrue();
    assertThat(get("/v1/models").statusCode()).isEqualTo(401);
    assertThat(inBrowser(infer)).isEqualTo(403);
    assertThat(inBrowser("/v1/models")).isEqualTo(403);
    assertThat(post("/v1/models/2026-01-02.1/promote", "", null).statusCode()).isEqualTo(401);
    assertThat(post("/v1/models/rollback", "", "wrong").statusCode()).isEqualTo(401);
    assertThat(post("/v2/../v1/models/rollback", "", null).statusCode()).isBetween(400, 404);
  }

  private static void assertRefused(CompletableFuture<ScoreResponse> answer) {
    try {
      var unused = answer.get(10, TimeUnit.SECONDS);
      throw new AssertionError("was scored");
    } catch (ExecutionException e) {
      assertThat(Status.fromThrowable(e.getCause()).getCode())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Status.Code status(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void openInferenceOverRestScoresAsTheTrainerDoes() throws Exception {
    registry.promote("2026-01-01.1");
    await()
        .atMost(DEADLINE)
        .until(
            () -> json(get("/v2/models/intent")).at("/versions/0").stringValue().endsWith("1.1"));

    JsonNode metadata = json(get("/v2/models/intent/versions/2026-01-01.1"));
    assertThat(metadata.at("/inputs/0/shape/1").intValue()).isEqualTo(TestModels.WIDTH);
    assertThat(metadata.at("/outputs/0/datatype").stringValue()).isEqualTo("FP32");
    assertThat(json(get("/v2")).at("/name").stringValue()).isEqualTo("attune-inference");
    assertThat(json(get("/v2/health/live")).at("/live").booleanValue()).isTrue();
    assertThat(json(get("/v2/health/ready")).at("/ready").booleanValue()).isTrue();
    assertThat(json(get("/v2/models/intent/ready")).at("/ready").booleanValue()).isTrue();

    var nested =
        post(
            "/v2/models/intent/infer",
            """
            {"id":"42","parameters":{"x":1},
             "inputs":[{"name":"features","shape":[2,4],"datatype":"FP32",
                        "data":[[1,0.5,1,0],[2,null,"NaN",1]]}]}""",
            SECRET);

    JsonNode body = json(nested);
    float[] expected =
        flat(
            oracle.predict(
                new DMatrix(
                    new float[] {1, 0.5f, 1, 0, 2, Float.NaN, Float.NaN, 1}, 2, 4, Float.NaN)));
    assertThat(nested.statusCode()).isEqualTo(200);
    assertThat(body.at("/id").stringValue()).isEqualTo("42");
    assertThat(body.at("/model_version").stringValue()).isEqualTo("2026-01-01.1");
    assertThat(body.at("/outputs/0/shape").toString()).isEqualTo("[2,3]");
    for (int i = 0; i < expected.length; i++) {
      assertThat(body.at("/outputs/0/data/" + i).floatValue())
          .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6f));
    }
    assertThat(body.at("/outputs/1/data").toString()).isEqualTo("[\"refund\",\"other\"]");

    var onlyLabel =
        post(
            "/v2/models/intent/versions/2026-01-01.1/infer",
            """
            {"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[0,0.5,1,0]}],
             "outputs":[{"name":"label"}]}""",
            SECRET);
    assertThat(json(onlyLabel).at("/outputs").size()).isEqualTo(1);
    assertThat(json(onlyLabel).at("/outputs/0/data/0").stringValue()).isEqualTo("order_status");
    assertThat(json(onlyLabel).has("id")).isFalse();
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  @Test
  void openInferenceErrorsAreTyped() throws Exception {
    String infer = "/v2/models/intent/infer";
    List<String> bad =
        List.of(
            "{",
            "[]",
            "{\"inputs\":[]}",
            input("features", "[1,5]", "FP32", "[1,2,3,4,5]"),
            input("features", "[2,4]", "FP32", "[1,2,3,4]"),
            input("features", "[4611686018427387905,4]", "FP32", "[1,2,3,4]"),
            input("features", "[1,4]", "FP64", "[1,2,3,4]"),
            input("features", "[1,4]", "FP32", "[1,2,3,\"x\"]"),
            input("features", "[1,4]", "FP32", "[1,2,3,1e300]"),
            input("other", "[1,4]", "FP32", "[1,2,3,4]"),
            "{\"id\":1,\"inputs\":[]}",
            "{\"inputs\":" + "[".repeat(100) + "]".repeat(100) + "}");

    for (String body : bad) {
      var answer = post(infer, body, SECRET);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(json(answer).at("/error").stringValue()).as(body).isNotEmpty();
    }
    assertThat(json(post("/v2/models/none/infer", bad.get(4), SECRET)).has("error")).isTrue();
    assertThat(get("/v2/models/none").statusCode()).isEqualTo(404);
    assertThat(get("/v2/models/intent/versions/9/ready").statusCode()).isEqualTo(404);
    assertThat(json(get("/v2/nothing")).has("error")).isTrue();
    assertThat(post(infer, " ".repeat(5 << 20), SECRET).statusCode()).isEqualTo(413);
  }

  private static String input(String name, String shape, String type, String data) {
    return "{\"inputs\":[{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(name, shape, type, data);
  }

  @Test
  void openInferenceOverGrpc() {
    var stub = GRPCInferenceServiceGrpc.newBlockingStub(client.channel());

    var metadata = stub.modelMetadata(ModelMetadataRequest.newBuilder().setName("intent").build());
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 4L);

    var typed = stub.modelInfer(inferRequest().build());
    assertThat(typed.getId()).isEqualTo("7");
    assertThat(typed.getOutputs(0).getContents().getFp32ContentsCount()).isEqualTo(3);
    assertThat(typed.getOutputs(1).getContents().getBytesContents(0).toStringUtf8())
        .isEqualTo("refund");

    ByteBuffer raw = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    raw.putFloat(1).putFloat(0.5f).putFloat(1).putFloat(0).flip();
    var rawRequest = inferRequest().addRawInputContents(ByteString.copyFrom(raw));
    rawRequest.getInputsBuilder(0).clearContents();
    var rawAnswer = stub.modelInfer(rawRequest.build());
    assertThat(rawAnswer.getRawOutputContents(0).size()).isEqualTo(12);
    assertThat(
            rawAnswer
                .getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat())
        .isEqualTo(typed.getOutputs(0).getContents().getFp32Contents(0));
    assertThat(rawAnswer.getRawOutputContents(1).substring(4).toStringUtf8()).isEqualTo("refund");

    assertThat(status(() -> stub.modelInfer(inferRequest().setModelName("none").build())))
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(status(() -> stub.modelInfer(inferRequest().clearInputs().build())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private static ModelInferRequest.Builder inferRequest() {
    var contents =
        InferTensorContents.newBuilder()
            .addFp32Contents(1)
            .addFp32Contents(0.5f)
            .addFp32Contents(1)
            .addFp32Contents(0);
    return ModelInferRequest.newBuilder()
        .setModelName("intent")
        .setId("7")
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(4)
                .setContents(contents));
  }

  @Test
  void showsItselfToOperators() throws Exception {
    var unused = score(user(), 1, 0);

    assertThat(managed("/actuator/health/readiness").statusCode()).isEqualTo(200);
    assertThat(managed("/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(managed("/actuator/prometheus").body())
        .contains("attune_freshness_seconds_bucket", "attune_scoring_calls_total", "attune_refill");
    assertThat(get("/openapi.json").body()).contains("/v2/models/{name}/infer", "/v1/models");
    assertThat(managed("/actuator/info").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsNothingOfItselfOnThePublicPort() {
    for (String path : List.of("health", "health/liveness", "prometheus", "info")) {
      assertThat(get("/actuator/" + path).statusCode()).as(path).isEqualTo(404);
      assertThat(get("/actuator/" + path, SECRET).statusCode()).as(path).isEqualTo(404);
    }
  }

  /** From the port of management. */
  private HttpResponse<String> managed(String path) {
    int managementPort =
        service.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path)));
  }

  private HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  private HttpResponse<String> get(String path, String secret) {
    return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + secret));
  }

  private HttpResponse<String> post(
      String path, String body, @org.jspecify.annotations.Nullable String secret) {
    var request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (secret != null) {
      request.header("Authorization", "Bearer " + secret);
    }
    return send(request);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonNode json(HttpResponse<String> answer) {
    return json.readTree(answer.body());
  }

  /** A page that has got hold of the secret key. */
  private int inBrowser(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + SECRET)
            .header("Origin", "http://localhost:5173")
            .POST(HttpRequest.BodyPublishers.ofString("{}")))
        .statusCode();
  }
}
