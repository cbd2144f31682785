package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.LoginSettings;
import dev.attune.kafka.RegistrySettings;
import dev.attune.kafka.SecuritySettings;
import dev.attune.kafka.TlsSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.local.client.BotReply;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.infra.KafkaSecurity;
import dev.attune.local.infra.KafkaServer;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.system.AclTable.Right;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import redis.clients.jedis.Jedis;

/**
 * All services against a broker that speaks SASL_SSL and allows what {@code docs/security.md} lists
 * and nothing else, and a registry with credentials over TLS. In order: what the log of the broker
 * says is asked before the tests that are refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredStackIT {
  private static final Topics TOPICS = Topics.standard();
  private static final String USER = "secured";
  private static final String RETURNING = "returning";

  /** Used up only by a failing test. */
  private static final Duration READING = Duration.ofSeconds(20);

  private static final List<Part> SERVICES =
      List.of(Part.GATEWAY, Part.STREAMS, Part.INFERENCE, Part.RESPONSES);

  private final Path home = Checkout.find().root().resolve("system-tests/target/secured-stack");
  private final StackSettings settings =
      StackSettings.isolated(home, Checkout.find().root().resolve("playbooks/support"));
  private final LocalStack stack = new LocalStack(settings, StackListener.SILENT);
  private final GatewayClient gateway = new GatewayClient(settings.gatewayUrl(), LocalKeys.SECRET);
  private final ResponsesClient responses =
      new ResponsesClient(settings.responsesUrl(), LocalKeys.SECRET);
  private final Map<String, String> passwords = new HashMap<>();
  private final Path brokerLog = home.resolve("logs").resolve("secured-kafka.log");
  private AclTable table;
  private Certificate broker;
  private Certificate registry;
  private ServerProcess kafka;
  private SecuredRegistry proxy;
  private String decision = "";

  @BeforeAll
  void start() throws Exception {
    stack.purge();
    Files.deleteIfExists(brokerLog);
    table = AclTable.read();
    broker = Certificate.make(home.resolve("certificates"), "broker");
    registry = Certificate.make(home.resolve("certificates"), "registry");
    startKafka();
    allow();
    stack.up(Part.REGISTRY);
    stack.up(Part.REDIS);
    proxy =
        new SecuredRegistry(
            URI.create(settings.registryUrl()),
            new TlsSettings("", "", registry.keystore().toString(), Certificate.PASSWORD)
                .context());
    RunningStack.publishModel(settings);
    for (Part service : SERVICES) {
      service(service).up(service);
    }
    URI model = URI.create(settings.inferenceUrl() + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  private void startKafka() {
    Stream.concat(Stream.of(KafkaSecurity.ADMIN), table.principals().stream())
        .forEach(name -> passwords.put(name, "secret-of-" + name));
    var security =
        new KafkaSecurity(broker.keystore(), Certificate.PASSWORD, Map.copyOf(passwords));
    kafka =
        ServerProcess.start(
            new KafkaServer(
                settings.checkout().kafkaClassPath(),
                home.resolve(Part.KAFKA.id()),
                settings.ports().kafka(),
                settings.ports().kafkaController(),
                security),
            brokerLog);
    var unused = kafka.awaitReady(Duration.ofMinutes(4));
  }

  private void allow() throws Exception {
    KafkaSettings operator = as(KafkaSecurity.ADMIN);
    assertThat(KafkaStart.topics(operator).attempt()).isTrue();
    try (Admin admin = Admin.create(operator.client())) {
      admin.createAcls(table.rights().stream().map(Right::binding).toList()).all().get();
    }
  }

  /** A stack of which only this part is started, with the settings of its own principal. */
  private LocalStack service(Part part) throws IOException {
    String principal = "attune-" + part.id();
    Path password = home.resolve("certificates").resolve(principal + ".password");
    Files.writeString(password, Objects.requireNonNull(passwords.get(principal)) + "\n");
    return new LocalStack(
        settings.with(
            Map.ofEntries(
                Map.entry("ATTUNE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL"),
                Map.entry("ATTUNE_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512"),
                Map.entry("ATTUNE_KAFKA_USERNAME", principal),
                Map.entry("ATTUNE_KAFKA_PASSWORD_FILE", password.toString()),
                Map.entry("ATTUNE_KAFKA_TRUSTSTORE", broker.pem().toString()),
                Map.entry("ATTUNE_TOPICS_CREATE", "false"),
                Map.entry("ATTUNE_SKEW_ONE_IN", "1"),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_URL", proxy.url().toString()),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_USERNAME", SecuredRegistry.USER),
                Map.entry("ATTUNE_SCHEMA_REGISTRY_PASSWORD", SecuredRegistry.PASSWORD),
                // text instead of a file
                Map.entry("ATTUNE_SCHEMA_REGISTRY_TRUSTSTORE", Files.readString(registry.pem())))),
        StackListener.SILENT);
  }

  private KafkaSettings as(String principal) {
    var login = new LoginSettings(principal, passwords.getOrDefault(principal, "wrong"), "");
    var tls = new TlsSettings(broker.pem().toString(), "", "", "");
    return new KafkaSettings(
        settings.bootstrapServers(),
        new SecuritySettings(SecurityProtocol.SASL_SSL, "SCRAM-SHA-512", "", login, tls),
        TopicSettings.STANDARD,
        RegistrySettings.LOCAL,
        Map.of());
  }

  @AfterAll
  void stop() {
    gateway.close();
    responses.close();
    stack.down();
    if (proxy != null) {
      proxy.close();
    }
    if (kafka != null) {
      kafka.stop();
    }
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
    try (var producer = producer(KafkaSecurity.ADMIN)) {
      producer.send(new ProducerRecord<>(TOPICS.interactionEvents(), "poison", "poison")).get();
    }

    Eventually.holds("both letters are in their topic", () -> committed(TOPICS.deadLetters()) == 2);
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
        List.of(TOPICS.sessions(), TOPICS.segmentChanges(), TOPICS.kpis(), TOPICS.userProfiles())) {
      Eventually.holds(topic + " is written", () -> committed(topic) > 0);
    }
  }

  private static List<String> visit(String user, Instant at) {
    return IntStream.range(0, 4)
        .mapToObj(
            i ->
                Events.voice(
                    user,
                    "message_sent",
                    at.plusSeconds(i),
                    "{\"text\":\"my order is still not here, this is terrible\"}"))
        .toList();
  }

  private int committed(String topic) {
    return RawTopic.records(as(KafkaSecurity.ADMIN), topic).size();
  }

  private KafkaProducer<String, String> producer(String principal) {
    return new KafkaProducer<>(
        as(principal).client("test", Map.of("acks", "all")),
        new StringSerializer(),
        new StringSerializer());
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

  @Test
  @Order(5)
  void whatRedisLostIsRefilledFromKafka() {
    try (Jedis redis = new Jedis(URI.create(settings.redisUri()))) {
      redis.flushAll();
    }

    Eventually.holds("the prediction is back", () -> ask(null).intent() != null);
  }

  @Test
  @Order(6)
  void aUserIsErasedWithAProof() {
    String receipt = responses.erase(USER).path("receiptId").asString();

    Eventually.holds(
        "every store has taken part",
        () -> responses.receipt(receipt).path("complete").asBoolean());

    assertThat(ask(null).personalized()).isFalse();
  }

  @Test
  @Order(7)
  void whoIsNoPrincipalIsRefused() {
    try (var reader =
        TopicReader.of(
            as("stranger"), "test", TOPICS.interactionEvents(), new StartAt.Beginning())) {
      assertThatExceptionOfType(SaslAuthenticationException.class).isThrownBy(reader::poll);
    }
    var unknown =
        new RegistrySettings(
            proxy.url().toString(),
            Duration.ofSeconds(5),
            new LoginSettings(SecuredRegistry.USER, "wrong", ""),
            new TlsSettings(registry.pem().toString(), "", "", ""));
    assertThatExceptionOfType(RegistryException.Refused.class)
        .isThrownBy(() -> new SchemaRegistryClient(unknown).latest("attune.kpis-value"))
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(401));
  }

  /** Every topic that the table doesn't let a principal read or write. */
  @Test
  @Order(9)
  void aServiceMayNothingElse() {
    var unexpected = new ArrayList<String>();
    for (String principal : table.principals()) {
      for (String topic : TOPICS.schemas().keySet()) {
        if (!isListed(principal, topic, "READ") && canRead(principal, topic)) {
          unexpected.add(principal + " reads " + topic);
        }
        if (!isListed(principal, topic, "WRITE") && canWrite(principal, topic)) {
          unexpected.add(principal + " writes " + topic);
        }
      }
    }

    assertThat(unexpected).isEmpty();
  }

  private boolean isListed(String principal, String topic, String operation) {
    return table.rights().stream()
        .anyMatch(
            right ->
                right.principal().equals(principal)
                    && right.name().equals(topic)
                    && right.operation().name().equals(operation));
  }

  private boolean canRead(String principal, String topic) {
    try (var reader = TopicReader.of(as(principal), "test", topic, new StartAt.Beginning())) {
      // whoever may gets no exception however often he asks
      for (long end = System.nanoTime() + READING.toNanos(); System.nanoTime() < end; ) {
        var unused = reader.poll();
      }
      return true;
    } catch (AuthorizationException e) {
      return false;
    }
  }

  private boolean canWrite(String principal, String topic) {
    try (var producer = producer(principal)) {
      producer.send(new ProducerRecord<>(topic, "key", "value")).get();
      return true;
    } catch (AuthorizationException e) {
      return false;
    } catch (Exception e) {
      if (e.getCause() instanceof AuthorizationException) {
        return false;
      }
      throw new IllegalStateException(e);
    }
  }

  /** The broker's own log: what it allowed by which right, and that it refused nothing. */
  @Test
  @Order(8)
  void everyLineOfTheTableIsUsedAndNoneIsMissing() {
    Eventually.holds("every line is used", () -> unused().isEmpty());

    assertThat(lines().filter(line -> line.contains("is Denied")).distinct().limit(20)).isEmpty();
  }

  private List<Right> unused() {
    List<String> allowed = lines().filter(line -> line.contains("is Allowed")).toList();
    return table.rights().stream()
        .filter(right -> allowed.stream().noneMatch(right::allowed))
        .toList();
  }

  private Stream<String> lines() {
    try {
      return Files.readAllLines(brokerLog).stream();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
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
