package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserUpdate;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.local.client.BotReply;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.OfflineUsers;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;
import tools.jackson.databind.JsonNode;

/**
 * From an event to a personalized reply, through every process, and what must survive on the way.
 */
class PipelineIT {
  private static final int PARTITIONS = 4;
  private static final int MIXED_EVENTS = Boolean.getBoolean("attune.test.long") ? 100_000 : 30_000;
  private static final String EVENTS = Topics.standard().interactionEvents();
  private static final String ROWS = Topics.standard().sessionFeatures();

  private static @Nullable RunningStack running;

  @BeforeAll
  static void start() throws ModelException {
    running = RunningStack.start("pipeline-stack");
  }

  @AfterAll
  static void stop() {
    if (running != null) {
      running.close();
    }
  }

  @Test
  void aMessageChangesTheReply() {
    List<String> users = IntStream.range(0, 16).mapToObj(n -> "reply-" + n).toList();
    BotReply before = ask(users.getFirst(), null);

    var after = new HashMap<String, BotReply>();
    for (String user : users) {
      after.put(user, askAfter(user, ordersAreOnTheirMind(user)));
    }

    assertThat(before.personalized()).isFalse();
    assertThat(before.reason()).isEqualTo("no_prediction");
    assertThat(after.values())
        .allMatch(BotReply::caughtUp)
        .allMatch(reply -> reply.intent() != null)
        .allMatch(reply -> !reply.decisionId().isEmpty());
    // the experiment splits users in half: of sixteen all in one arm is one chance in 32,768
    assertThat(after.values())
        .filteredOn(BotReply::personalized)
        .isNotEmpty()
        .allMatch(reply -> reply.reason().startsWith("rule:"))
        .allMatch(reply -> !reply.text().equals(before.text()));
    assertThat(after.values())
        .filteredOn(reply -> reply.reason().equals("control_group"))
        .isNotEmpty()
        .allMatch(reply -> reply.text().equals(before.text()));
  }

  @Test
  void confluentsClassesDecodeTheRunningTopic() {
    String user = "confluent-ü";
    String event = Events.messageSent(user, "¿dónde está mi pedido? 🛒");
    send(List.of(event));

    List<byte[]> values = RawTopic.values(stack().settings().bootstrapServers(), EVENTS, user);

    assertThat(values).hasSize(1);
    GenericRecord read = confluent().read(values.getFirst());
    assertThat(event).contains(String.valueOf(read.get("eventId")));
    assertThat(read.get("userId")).hasToString(user);
    assertThat(((GenericRecord) read.get("message_sent")).get("text"))
        .hasToString("¿dónde está mi pedido? 🛒");
  }

  @Test
  void aTokenNamesThePartitionOfKafkasOwnPartitioner() {
    for (String user : List.of("u-1", "ü-2", "用户-3")) {
      String token = token(send(List.of(Events.clicked(user, "menu"))), user);

      assertThat(Position.parse(token).partition())
          .isEqualTo(
              BuiltInPartitioner.partitionForKey(
                  user.getBytes(StandardCharsets.UTF_8), PARTITIONS));
    }
  }

  @Test
  void whatFadesIsEvaluatedAnewAsOfNow() throws Exception {
    String user = "fading";
    awaitInRedis(Map.of(user, token(send(clicks(user, 3)), user)));

    assertThat(Users.featureNow(stack().settings(), user, "clicks_24h")).isEqualTo(3);
    Eventually.holds(
        "the visit grows older without an event",
        () -> Users.featureNow(stack().settings(), user, "session_seconds") > 1);
    assertThat(feature(user, "session_seconds")).isLessThan(1);
    assertThat(status("/v1/users/nobody-at-all?asOf=now")).isEqualTo(404);
  }

  @Test
  void anEventSentTwiceCountsOnce() throws Exception {
    String user = "twice";
    List<String> clicks = List.of(Events.clicked(user, "a"), Events.clicked(user, "b"));

    send(clicks);
    awaitInRedis(Map.of(user, token(send(clicks), user)));

    assertThat(feature(user, "clicks_24h")).isEqualTo(2);
  }

  @Test
  void anErasedUserIsGoneFromEveryStoreAndStartsFromNothing() throws Exception {
    String user = "erased %41";
    awaitInRedis(Map.of(user, token(send(clicks(user, 3)), user)));
    String decision = ask(user, null).decisionId();

    List<String> proof = AttuneCommand.printed(stack().settings(), "erase", user);

    assertThat(proof.getFirst()).isEqualTo("Erasure of " + user);
    assertThat(proof.get(1)).startsWith("  receipt ");
    String id = proof.get(1).substring("  receipt ".length());
    JsonNode stores = stack().responses.receipt(id).path("stores");
    assertThat(stores)
        .allMatch(store -> store.hasNonNull("erasedAt") || store.hasNonNull("expiresAt"))
        .allSatisfy(store -> assertThat(proof).anyMatch(line -> tells(line, store)))
        .hasSize(12);
    assertThat(status(Users.path(user))).isEqualTo(404);
    assertThat(status("/v1/decisions/" + decision)).isEqualTo(404);
    assertThat(lastProfile(user)).isNull();
    awaitInRedis(Map.of(user, token(send(clicks(user, 1)), user)));
    assertThat(feature(user, "clicks_24h")).isEqualTo(1);
  }

  /** A store's name, and when it was erased or its last bytes go. */
  private static boolean tells(String line, JsonNode store) {
    return Arrays.asList(line.strip().split(" +")).contains(store.path("store").asString())
        && Stream.of("erasedAt", "expiresAt")
            .filter(store::hasNonNull)
            .allMatch(time -> line.contains(store.path(time).asString()));
  }

  private static List<String> clicks(String user, int count) {
    return IntStream.range(0, count).mapToObj(n -> Events.clicked(user, "menu")).toList();
  }

  private static byte @Nullable [] lastProfile(String user) {
    return RawTopic.values(
            stack().settings().bootstrapServers(), Topics.standard().userProfiles(), user)
        .getLast();
  }

  private static int status(String path) throws IOException {
    return BoundedHttp.send(
            HttpRequest.newBuilder(URI.create(stack().settings().responsesUrl() + path))
                .header("Authorization", "Bearer " + LocalKeys.SECRET))
        .statusCode();
  }

  /** One history, online through every process and offline through training's: equal bits. */
  @Test
  void onlineEqualsOffline() throws Exception {
    List<String> lines = new MixedEvents(20260102).lines(400, MIXED_EVENTS);
    Path file = stack().settings().home().resolve("mixed.jsonl");
    Files.write(file, lines);

    var tokens = new HashMap<String, String>();
    for (int at = 0; at < lines.size(); at += 500) {
      tokens.putAll(send(lines.subList(at, Math.min(lines.size(), at + 500))).tokens());
    }
    awaitInRedis(tokens);

    Playbook playbook = Playbook.load(stack().settings().playbook());
    var offline = new OfflineUsers(playbook.engine());
    Map<String, Deque<byte[]>> online = onlineRows(lines.size());
    AvroDeserializer<SessionFeatures> deserializer = deserializer(SessionFeatures.class);
    var counted = new EnumMap<Disposition, Integer>(Disposition.class);
    PastEvents.read(
        EventSource.of(file),
        TimeRange.ALL,
        Progress.SILENT,
        event -> {
          UserUpdate step = offline.apply(event);
          byte[] bytes = Objects.requireNonNull(online.get(event.getUserId())).removeFirst();
          SessionFeatures row = Objects.requireNonNull(deserializer.deserialize(ROWS, bytes));
          assertThat(row.getEventId()).isEqualTo(event.getEventId());
          assertThat(FeatureRow.fromAvro(row.getVector())).isEqualTo(step.row());
          assertThat(row.getSegments()).isEqualTo(step.segments());
          assertThat(step.row().memberships())
              .isEqualTo(playbook.segments().memberships(step.segments()));
          counted.merge(step.disposition(), 1, Integer::sum);
        });
    assertThat(online.values()).allMatch(Deque::isEmpty);
    assertThat(counted.values().stream().mapToInt(n -> n).sum()).isEqualTo(MIXED_EVENTS);
    assertThat(counted.get(Disposition.DUPLICATE)).isGreaterThan(MIXED_EVENTS / 100);
    assertThat(counted.get(Disposition.TOO_LATE)).isGreaterThan(MIXED_EVENTS / 1_000);
  }

  /** The rows by user as bytes, once all are committed: predictions reach Redis before that. */
  private static Map<String, Deque<byte[]>> onlineRows(int count) {
    var byUser = new HashMap<String, Deque<byte[]>>();
    Eventually.holds(
        "every event's row is committed",
        () -> {
          byUser.clear();
          RawTopic.records(stack().settings().bootstrapServers(), ROWS).stream()
              .filter(record -> record.key().startsWith("mixed-"))
              .forEach(
                  record ->
                      byUser
                          .computeIfAbsent(record.key(), _ -> new ArrayDeque<>())
                          .add(record.value()));
          return byUser.values().stream().mapToInt(Deque::size).sum() >= count;
        });
    return byUser;
  }

  @Test
  void oldRecordsAreReadableAfterDownAndUp() {
    String user = "before-down";
    send(List.of(Events.clicked(user, "menu")));
    byte[] old = valuesOf(user).getFirst();

    stack().down();
    stack().up();

    assertThat(deserializer(InteractionEvent.class).deserialize(EVENTS, old))
        .extracting(InteractionEvent::getUserId)
        .isEqualTo(user);
    assertThat(confluent().read(old).get("userId")).hasToString(user);
    String token = token(send(List.of(Events.clicked(user, "menu"))), user);
    assertThat(WireFormat.schemaId(valuesOf(user).getLast())).isEqualTo(WireFormat.schemaId(old));
    awaitInRedis(Map.of(user, token));
  }

  @Test
  void everyUserReachesItsLastEventAlthoughStreamsIsKilled() throws Exception {
    int users = 150;
    int rounds = 24;
    var tokens = new HashMap<String, String>();
    var sent = new AtomicInteger();

    try (ExecutorService replay = Executors.newSingleThreadExecutor()) {
      Future<?> all =
          replay.submit(
              () -> {
                for (; sent.get() < rounds; sent.incrementAndGet()) {
                  tokens.putAll(send(clicks(users)).tokens());
                }
              });
      Eventually.holds("a third is sent", () -> sent.get() >= rounds / 3 || all.isDone());
      stack().kill(Part.STREAMS);
      stack().up();
      all.get(5, TimeUnit.MINUTES);
    }

    assertThat(tokens).hasSize(users);
    awaitInRedis(tokens);
    for (String user : List.of("killed-0", "killed-75", "killed-149")) {
      assertThat(feature(user, "clicks_24h")).as("clicks of %s", user).isEqualTo(rounds);
    }
  }

  private static List<String> clicks(int users) {
    return IntStream.range(0, users).mapToObj(n -> Events.clicked("killed-" + n, "menu")).toList();
  }

  private static String ordersAreOnTheirMind(String user) {
    List<String> events = new ArrayList<>();
    events.add(Events.pageViewed(user, "/orders"));
    events.add(Events.pageViewed(user, "/orders/track"));
    events.add(Events.clicked(user, "track-order"));
    events.add(Events.messageSent(user, "where is my order, it has not arrived yet"));
    return token(send(events), user);
  }

  private static BotReply ask(String user, @Nullable String after) {
    return stack()
        .responses
        .ask(new Question(user, user + "-session", "greeting", "en-US", after, 1_000));
  }

  private static BotReply askAfter(String user, String token) {
    var last = new BotReply[1];
    Eventually.holds(
        "the reply knows the message of " + user,
        () -> {
          last[0] = ask(user, token);
          return last[0].caughtUp();
        });
    return last[0];
  }

  private static IngestAnswer send(List<String> events) {
    IngestAnswer answer = stack().gateway.send(events);
    assertThat(answer.rejected()).isEmpty();
    assertThat(answer.accepted()).isEqualTo(events.size());
    return answer;
  }

  private static String token(IngestAnswer answer, String user) {
    return Objects.requireNonNull(answer.tokens().get(user));
  }

  /** Until the version of every user in Redis is its last event's, or later. */
  private static void awaitInRedis(Map<String, String> tokens) {
    var behind = new HashMap<>(tokens);
    try (var redis = RedisClient.create(stack().settings().redisUri())) {
      Eventually.holds(
          "every user's version in Redis reaches its last event",
          () -> {
            behind.entrySet().removeIf(user -> includes(redis, user.getKey(), user.getValue()));
            return behind.isEmpty();
          });
    }
  }

  private static boolean includes(RedisClient redis, String user, String token) {
    List<StreamEntry> newest =
        redis.xrevrange(
            PredictionKey.of(user), StreamEntryID.MAXIMUM_ID, StreamEntryID.MINIMUM_ID, 1);
    return !newest.isEmpty()
        && PredictionKey.parse(newest.getFirst().getID().toString())
            .includes(Position.parse(token));
  }

  private static double feature(String user, String name) {
    return Users.feature(stack().settings(), user, name);
  }

  private static List<byte[]> valuesOf(String user) {
    return RawTopic.values(stack().settings().bootstrapServers(), EVENTS, user);
  }

  private static <T extends SpecificRecord> AvroDeserializer<T> deserializer(Class<T> type) {
    var registry =
        new SchemaRegistryClient(
            URI.create(stack().settings().registryUrl()), Duration.ofSeconds(10));
    return new AvroDeserializer<>(registry, type);
  }

  private static ConfluentFormat confluent() {
    return new ConfluentFormat(URI.create(stack().settings().registryUrl()));
  }

  private static RunningStack stack() {
    return Objects.requireNonNull(running);
  }
}
