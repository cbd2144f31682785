package dev.attune.inference;

import static dev.attune.inference.ScoringClient.request;
import static dev.attune.inference.TestModels.row;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.grpc.GrpcEndpoint;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.predictions.PredictionWriter;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.StoredPrediction;
import dev.attune.schemas.grpc.ScoreResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import redis.clients.jedis.RedisClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One service for all tests that leave it whole, over real Kafka, registry, Redis and the network;
 * it ends with the JVM. Which of its two versions is live may be another in each test.
 */
abstract class RunningInference {
  static final String SECRET = "a secret of the test";

  /** A key that may switch models, as far as gates allow. */
  static final String WITHOUT_OVERRIDES = "another secret of the test";

  private static final String SHA256_OF_IT =
      "b99157a23969cc7c87760bd5a8f7a6e767b05c21b40e3d0c93179fda3ca24239";
  static final Duration DEADLINE = Duration.ofSeconds(60);

  static final Infra infra = Infra.shared();
  static final Topics topics = new Topics("it-inference-" + UUID.randomUUID() + ".");
  static final JsonMapper json = JsonMapper.shared();
  static final SchemaRegistryClient schemas =
      new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(5));
  static final RedisClient redis = RedisClient.create(infra.redisUri());

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Path MODELS = temporary();

  static final ModelRegistry registry = new ModelRegistry(MODELS.resolve("support"));

  /** The trainer's own form of the version that is live first. */
  static final Booster oracle = publish();

  private static final ConfigurableApplicationContext SERVICE =
      SpringApplication.run(InferenceApplication.class, settings());

  static final PredictionWriter store = SERVICE.getBean(PredictionWriter.class);
  static final int grpcPort = SERVICE.getBean(GrpcEndpoint.class).port();

  ScoringClient client;

  private static Path temporary() {
    try {
      return Files.createTempDirectory("models");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Booster publish() {
    try {
      Booster first = TestModels.publish(registry, "2026-01-01.1", 10);
      var unused = TestModels.publish(registry, "2026-01-02.1", 20);
      registry.promote("2026-01-01.1");
      return first;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String[] settings() {
    return new String[] {
      "--server.port=0",
      "--management.server.port=0",
      "--attune.grpc.port=0",
      "--attune.inference-secret=" + SECRET,
      "--attune.keys[0].name=no-overrides",
      "--attune.keys[0].role=SECRET",
      "--attune.keys[0].sha256=" + SHA256_OF_IT,
      "--attune.keys[0].scopes=models",
      "--attune.redis.uri=" + infra.redisUri(),
      "--attune.kafka.bootstrap-servers=" + infra.bootstrapServers(),
      "--attune.kafka.registry.url=" + infra.registryUrl(),
      "--attune.kafka.topics.prefix=" + topics.prefix(),
      "--attune.models.dir=" + MODELS,
      "--attune.models.playbook=playbooks/support",
      "--attune.models.interval=100ms",
      "--attune.refill.interval=100ms",
      "--attune.refill.settle=1s"
    };
  }

  @BeforeEach
  void connect() {
    client = new ScoringClient(grpcPort, SECRET);
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  static String user() {
    return "u-" + UUID.randomUUID();
  }

  ScoreResponse score(String user, long offset, int label) throws Exception {
    return client.send(request(user, offset, row(label))).get(10, TimeUnit.SECONDS);
  }

  static StoredPrediction stored(String user) {
    return store.read(user).orElseThrow().prediction();
  }

  static void awaitRefilled() {
    await()
        .atMost(DEADLINE)
        .until(() -> managed("/actuator/health").body().contains("\"state\":\"COMPLETE\""));
  }

  static HttpResponse<String> delete(String path) {
    return send(
        HttpRequest.newBuilder(uri(path)).DELETE().header("Authorization", "Bearer " + SECRET));
  }

  /** From the port of management. */
  static HttpResponse<String> managed(String path) {
    return send(HttpRequest.newBuilder(at("local.management.port", path)));
  }

  static HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  static HttpResponse<String> get(String path, String secret) {
    return send(HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + secret));
  }

  static HttpResponse<String> post(String path, String body, @Nullable String secret) {
    var request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (secret != null) {
      request.header("Authorization", "Bearer " + secret);
    }
    return send(request);
  }

  static URI uri(String path) {
    return at("local.server.port", path);
  }

  private static URI at(String portProperty, String path) {
    int port = SERVICE.getEnvironment().getRequiredProperty(portProperty, Integer.class);
    return URI.create("http://127.0.0.1:" + port + path);
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static JsonNode json(HttpResponse<String> answer) {
    return json.readTree(answer.body());
  }
}
