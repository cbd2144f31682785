package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.LoginSettings;
import dev.attune.kafka.RegistrySettings;
import dev.attune.kafka.TlsSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.client.BotReply;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.predictions.Certificates;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * All services against a broker that speaks SASL_SSL, a Redis with mutual TLS, both of which allow
 * what {@code docs/security.md} lists and nothing else, and a registry with credentials over TLS.
 * In order: what the log of the broker says is asked before the tests that are refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredStackIT {
  private static final Topics TOPICS = Topics.standard();
  private static final String USER = "secured";
  private static final String RETURNING = "returning";

  private static final List<Part> SERVICES =
      List.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);

  @TempDir private static Path secrets;

  private final Path home = Checkout.find().root().resolve("system-tests/target/secured-stack");
  private final StackSettings settings =
      StackSettings.isolated(home, Checkout.find().root().resolve("playbooks/support"));
  private final LocalStack stack = new LocalStack(settings, StackListener.SILENT);
  private final GatewayClient gateway = new GatewayClient(settings.gatewayUrl(), LocalKeys.SECRET);
  private final ResponsesClient responses =
      new ResponsesClient(settings.responsesUrl(), LocalKeys.SECRET);
  private Certificates registry;
  private SecuredKafka kafka;
  private SecuredRegistry proxy;
  private SecuredRedis redis;
  private List<String> made = List.of();
  private String decision = "";
  private byte[] before = {};

  @BeforeAll
  void start() throws Exception {
    stack.purge();
    registry = Certificates.make(secrets, "registry");
    Files.writeString(secrets.resolve("keys"), "");
    kafka = new SecuredKafka(settings, secrets);
    kafka.allow();
    stack.up(Part.REGISTRY);
    redis = new SecuredRedis(secrets);
    proxy =
        new SecuredRegistry(
            InetAddress.getLoopbackAddress(),
            URI.create(settings.registryUrl()),
            new TlsSettings("", "", registry.store().toString(), Certificates.PASSWORD).context());
    made = AttuneCommand.printed(settings, environment("attune-topics"), "topics");
    TrainedModels.publish(settings);
    for (Part service : SERVICES) {
      service(service).up(service);
    }
    URI model = URI.create(settings.inferenceUrl() + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  /** A stack of which only this part is started, with the settings of its own principal. */
  private LocalStack service(Part part) throws IOException {
    String principal = "attune-" + part.id();
    Map<String, String> environment = environment(principal);
    if (part == Part.INFERENCE || part == Part.RESPONSES) {
      environment.putAll(redis.environment(principal));
    }
    return new LocalStack(settings.with(environment), StackListener.SILENT);
  }

  private Map<String, String> environment(String principal) throws IOException {
    Map<String, String> environment =
        new HashMap<>(
            Map.ofEntries(
                Map.entry("ATTUNE_TOPICS_CREATE", "false"),
                Map.entry("ATTUNE_SKEW_ONE_IN", "1"),
                Map.entry("ATTUNE_KEYS_FILE", secrets.resolve("keys").toString()),
                Map.entry("ATTUNE_KEYSRELOAD", "200ms"),
                // a refill ends within the test
                Map.entry("ATTUNE_REFILL_SETTLE", "2s"),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_URL", proxy.url().toString()),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_USERNAME", SecuredRegistry.USER),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_PASSWORD", SecuredRegistry.PASSWORD),
                // text instead of a file
                Map.entry(
                    "ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE",
                    Files.readString(registry.certificate()))));
    environment.putAll(kafka.environment(principal));
    return environment;
  }

  @AfterAll
  void stop() {
    gateway.close();
    responses.close();
    stack.down();
    if (proxy != null) {
      proxy.close();
    }
    if (redis != null) {
      redis.close();
    }
    if (kafka != null) {
      kafka.close();
    }
  }

  /** The services, which may create none, have started with them. */
  @Test
  @Order(1)
  void topicsAreMadeOnceByAnAccountThatUsesNone() throws IOException {
    assertThat(made).filteredOn(line -> line.contains("  created: ")).hasSize(TOPICS.all().size());

    assertThat(AttuneCommand.printed(settings, environment("attune-topics"), "topics"))
        .hasSize(TOPICS.all().size() + 1)
        .filteredOn(line -> line.endsWith("  there"))
        .hasSize(TOPICS.all().size());
  }

  @Test
  @Order(1)
  void anEventComesBackAsAReply() {
    List<String> events =
        List.of(
            Events.pageViewed(USER, "/orders/track"),
            Events.clicked(USER, "track-order"),
            Events.messageSent(USER, "where is my order, it has not arrived yet"));
    String token = Objects.requireNonNull(gateway.send(events).tokens().get(USER));

    var last = new BotReply[1];
    Eventually.holds(
        "the reply knows the message",
        () -> {
          last[0] = ask(token);
          return last[0].caughtUp();
        });

    assertThat(last[0].intent()).isNotNull();
    decision = last[0].decisionId();
  }

  @Test
  @Order(2)
  void whatCannotBeUsedBecomesADeadLetterOfWhoeverMetIt() throws Exception {
    assertThat(gateway.send(List.of("{\"eventId\":\"x\",\"type\":\"nothing\"}")).rejected())
        .hasSize(1);
    kafka.send(TOPICS.interactionEvents(), "poison");

    Eventually.holds(
        "both letters are in their topic", () -> kafka.committed(TOPICS.deadLetters()) == 2);
  }

  /** A session ends when the next one begins; it, its KPIs and its segments have topics. */
  @Test
  @Order(2)
  void conversationsFillEveryTopic() {
    Instant first = Instant.now().minus(Duration.ofHours(3));
    for (int i = 0; i < 3; i++) {
      var unused = gateway.send(visit(RETURNING, first.plus(Duration.ofHours(i))));
    }
    BotReply shown = ask(RETURNING, null);
    assertThat(shown.decisionId()).isNotEmpty();

    for (String topic :
        List.of(
            TOPICS.sessions(),
            TOPICS.segmentChanges(),
            TOPICS.kpis(),
            TOPICS.recentUsers(),
            TOPICS.userProfiles())) {
      Eventually.holds(topic + " is written", () -> kafka.committed(topic) > 0);
    }
  }

  private static List<String> visit(String user, Instant at) {
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                Events.past(
                    "web",
                    user,
                    "message_sent",
                    at.plusSeconds(i),
                    "{\"text\":\"my order is still not here, this is terrible\"}"))
        .toList();
  }

  @Test
  @Order(3)
  void aDecisionIsFoundInTheTopicByAReplicaThatNeverSawIt() throws Exception {
    stack.stop(Part.RESPONSES);
    service(Part.RESPONSES).up(Part.RESPONSES);

    Eventually.holds(
        "the decision is found",
        () ->
            responses
                .decision(decision)
                .filter(found -> found.path("decisionId").asString("").equals(decision))
                .isPresent());
  }

  @Test
  @Order(4)
  void aHistoryIsReadFromEveryTopicThatHasOne() {
    Eventually.holds(
        "the history has something of each kind",
        () -> {
          var history = Users.history(settings, RETURNING);
          return Stream.of("events", "sessions", "segmentChanges", "decisions")
              .noneMatch(kind -> history.path(kind).isEmpty());
        });
  }

  /** The answer comes when the replica has read its own record back. */
  @Test
  @Order(4)
  void anExperimentIsStoppedByHandAndStartedAgain() throws Exception {
    assertThat(change("stop")).isEqualTo(200);
    assertThat(change("reset")).isEqualTo(200);
  }

  /** It reads predictions and events, writes the label, and reads it back. */
  @Test
  @Order(4)
  void aPersonIsAskedAboutMessagesAndSaysWhatOneWasAbout() throws Exception {
    String body = "{\"eventId\":\"some\",\"label\":\"refund\"}";
    Eventually.holds("labels are taken", () -> post("/v1/labels", body) == 200);

    Eventually.holds("the label is read back", () -> get("/v1/labels").contains("\"some\""));
    assertThat(get("/v1/labels/questions")).contains("\"complete\":true");
  }

  private int change(String action) throws Exception {
    String path = "/v1/experiments/personalized-greeting/state";
    return post(path, "{\"action\":\"%s\",\"reason\":\"a test\"}".formatted(action));
  }

  private String get(String path) throws Exception {
    return BoundedHttp.send(toResponses(path)).body();
  }

  private int post(String path, String body) throws Exception {
    return BoundedHttp.send(
            toResponses(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)))
        .statusCode();
  }

  private HttpRequest.Builder toResponses(String path) {
    return HttpRequest.newBuilder(URI.create(settings.responsesUrl() + path))
        .header("Authorization", "Bearer " + LocalKeys.SECRET);
  }

  /** The only version is live, so it can't be the shadow. */
  @Test
  @Order(4)
  void aRefusedSwitchOfModelsIsRecorded() throws Exception {
    String version =
        new ModelRegistry(settings.models().resolve("support")).live().orElseThrow().version();
    HttpRequest.Builder shadow =
        HttpRequest.newBuilder(
                URI.create(settings.inferenceUrl() + "/v1/models/" + version + "/shadow"))
            .header("Authorization", "Bearer " + LocalKeys.SECRET)
            .POST(HttpRequest.BodyPublishers.noBody());

    assertThat(BoundedHttp.send(shadow).statusCode()).isEqualTo(409);

    Eventually.holds("it is recorded", () -> kafka.committed(TOPICS.modelSteps()) == 1);
  }

  @Test
  @Order(5)
  void aUserIsErasedWithAProof() {
    before = redis.copy(USER);
    String receipt = responses.erase(USER).path("receiptId").asString();

    Eventually.holds(
        "every store has taken part",
        () -> responses.receipt(receipt).path("complete").asBoolean());

    assertThat(ask(null).personalized()).isFalse();
  }

  @Test
  @Order(6)
  void whatRedisLostIsRefilledFromKafkaAndWhoWasErasedStaysSo() {
    redis.loseAllBut(USER, before);

    Eventually.holds("the prediction is back", () -> redis.holds(RETURNING));
    Eventually.holds("the erased user is gone again", () -> !redis.holds(USER));
    Eventually.holds("the refill has ended", redis::isComplete);
  }

  /** Each looks at its file when it is asked. */
  @Test
  @Order(6)
  void aNewKeyIsTakenAndRecordedByEachService() throws Exception {
    int before = kafka.committed(TOPICS.audit());
    Files.writeString(secrets.resolve("keys"), GatewayServer.key("added", "secret", "") + "\n");
    List<String> urls =
        List.of(
            settings.responsesUrl() + "/v1/kpis",
            settings.inferenceUrl() + "/v1/models",
            "http://127.0.0.1:" + settings.ports().streams() + "/internal/users/u?asOf=0");
    try (HttpClient http = HttpClient.newHttpClient();
        GatewayClient added = new GatewayClient(settings.gatewayUrl(), "added")) {
      Eventually.holds(
          "the gateway takes the key",
          () -> added.send(List.of(Events.pageViewed(RETURNING, "/"))).rejected().isEmpty());
      for (String url : urls) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer added")
                .timeout(Duration.ofSeconds(30))
                .build();
        Eventually.holds(
            url + " takes the key",
            () -> http.send(request, BodyHandlers.discarding()).statusCode() != 401);
      }
    }

    Eventually.holds(
        "each service has recorded it", () -> kafka.committed(TOPICS.audit()) >= before + 4);
  }

  @Test
  @Order(7)
  void whoIsNoPrincipalIsRefused() {
    try (var reader =
        TopicReader.of(
            kafka.as("stranger"), "test", TOPICS.interactionEvents(), new StartAt.Beginning())) {
      assertThatExceptionOfType(SaslAuthenticationException.class).isThrownBy(reader::poll);
    }
    var unknown =
        new RegistrySettings(
            proxy.url().toString(),
            Duration.ofSeconds(5),
            new LoginSettings(SecuredRegistry.USER, "wrong", ""),
            new TlsSettings(registry.certificate().toString(), "", "", ""));
    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> new SchemaRegistryClient(unknown).latest("attune.kpis-value"))
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(401));
  }

  @Test
  @Order(9)
  void aServiceMayNothingElse() throws Exception {
    assertThat(kafka.allowedBeyondTheTable()).isEmpty();
  }

  /** By the broker's own log. */
  @Test
  @Order(8)
  void everyLineOfTheTableIsUsedAndNoneIsMissing() {
    Eventually.holds("every line is used", () -> kafka.unused().isEmpty());

    assertThat(kafka.refused()).isEmpty();
  }

  /** That each account needs each of its rights, and has no other, is shown by RedisRightsIT. */
  @Test
  @Order(8)
  void redisIsAskedByTwoAccountsAndRefusesNothing() {
    assertThat(redis.accounts()).containsExactlyInAnyOrder("attune-inference", "attune-responses");
    assertThat(redis.refused()).isEmpty();
  }

  /** Others are erased meanwhile, and it would not know. The last, since it is refused here. */
  @Test
  @Order(10)
  void whoMayNoLongerReadErasuresTellsOfNobody() throws Exception {
    kafka.letRead("attune-responses", TOPICS.erasures(), false);
    Eventually.holds("it is seen", () -> health("topics").contains("OUT_OF_SERVICE"));

    assertThat(health("topics")).contains(TOPICS.erasures());
    String history = "/v1/users/" + RETURNING + "?history=true";
    assertThat(BoundedHttp.send(toResponses(history)).statusCode()).isEqualTo(503);
    assertThat(ask(RETURNING, null).text()).isNotEmpty();

    kafka.letRead("attune-responses", TOPICS.erasures(), true);
    Eventually.holds("it reads again", () -> health("topics").contains("\"UP\""));
  }

  private String health(String part) throws IOException {
    int port = Part.RESPONSES.managementPort(settings.ports());
    return BoundedHttp.get(URI.create("http://127.0.0.1:" + port + "/actuator/health/" + part))
        .body();
  }

  private BotReply ask(@Nullable String after) {
    return ask(USER, after);
  }

  private BotReply ask(String user, @Nullable String after) {
    return responses.ask(
        new Question(
            user, user + "-session", "greeting", "en-US", after, after == null ? 0 : 1_000));
  }
}
