package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.ConversationOutcome;
import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentReply;
import dev.attune.schemas.avro.RecentUser;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code GET /v1/users} and {@code GET /v1/conversations} against a real topic. */
class RecentIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-recent.");
  private static final long NOW = System.currentTimeMillis() - 60_000;
  private static final long DAY = Duration.ofDays(1).toMillis();

  private static final SchemaRegistryClient REGISTRY =
      new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));

  private static Service service;
  private static KafkaProducer<String, RecentUser> producer;

  @BeforeAll
  static void start() {
    producer = TopicWriters.of(INFRA, TOPICS);
    // a previous version of ann, and somebody of long ago
    send(user("ann", NOW - 10, "frustrated"));
    send(user("nobody of late", NOW - 31 * DAY));
    send(user("bob", NOW - 2, "new"));
    send(
        user(
            "ann",
            NOW,
            List.of("frustrated", "vip"),
            talk("s-ann-1", NOW - DAY, 3, outcome(), reply("d1", "Which order is it, Ann?")),
            talk("a visit", NOW - DAY, 0, null),
            talk("s-ann-2", NOW, 1, null, reply("d2", "It comes tomorrow."))));
    send(user("anton", NOW - 1, "vip"));
    producer.flush();
    service = Service.start(INFRA, TOPICS.prefix()).ready();
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/v1/users").path("complete").asBoolean() && ids("").contains("anton"));
  }

  @AfterAll
  static void stop() {
    service.close();
    producer.close();
  }

  @Test
  void listsWhoWasActiveLast() {
    JsonNode body = get("/v1/users");

    assertThat(ids("").subList(0, 3)).containsExactly("ann", "anton", "bob");
    assertThat(body.path("complete").asBoolean()).isTrue();
    JsonNode ann = body.at("/users/0");
    assertThat(ann.path("lastActiveAt").asString()).isEqualTo(Instant.ofEpochMilli(NOW).toString());
    assertThat(ann.path("channel").asString()).isEqualTo("web");
    assertThat(ann.path("locale").asString()).isEqualTo("en-US");
    assertThat(ann.path("intent").asString()).isEqualTo("order_status");
    assertThat(ann.path("segments").valueStream().map(JsonNode::asString))
        .containsExactly("frustrated", "vip");
    assertThat(ann.path("sessions").asInt()).isEqualTo(7);
    assertThat(ann.path("conversations").asInt()).as("a visit is none").isEqualTo(2);
    assertThat(body.path("segments").toString()).contains("{\"segment\":\"vip\",\"users\":2}");
    assertThat(body.toString()).doesNotContain("nobody of late");
  }

  @Test
  void findsByBeginningSegmentAndTime() {
    assertThat(ids("?prefix=an")).containsExactly("ann", "anton");
    assertThat(ids("?prefix=An")).as("ids are case-sensitive").isEmpty();
    assertThat(ids("?segment=vip")).containsExactly("ann", "anton");
    assertThat(ids("?segment=vip&prefix=ant")).containsExactly("anton");
    assertThat(ids("?since=" + Instant.ofEpochMilli(NOW - 1))).containsExactly("ann", "anton");
    JsonNode one = get("/v1/users?prefix=an&limit=1");
    assertThat(one.path("users").size()).isEqualTo(1);
    assertThat(one.path("found").asInt()).isEqualTo(2);
  }

  @Test
  void tellsConversationsWithTheRepliesAndWhy() {
    JsonNode body = get("/v1/conversations?query=ANN");

    assertThat(body.path("found").asInt()).isEqualTo(2);
    JsonNode newest = body.at("/conversations/0");
    assertThat(newest.path("sessionId").asString()).isEqualTo("s-ann-2");
    assertThat(newest.path("outcome").isNull()).isTrue();
    JsonNode before = body.at("/conversations/1");
    assertThat(before.path("userId").asString()).isEqualTo("ann");
    assertThat(before.path("messages").asInt()).isEqualTo(3);
    assertThat(before.at("/outcome/issuesResolved").asInt()).isEqualTo(1);
    assertThat(before.at("/outcome/csat").asDouble()).isEqualTo(4.0);
    JsonNode reply = before.at("/replies/0");
    assertThat(reply.path("decisionId").asString()).isEqualTo("d1");
    assertThat(reply.path("text").asString()).isEqualTo("Which order is it, Ann?");
    assertThat(reply.path("templateId").asString()).isEqualTo("order-status.reply");
    assertThat(reply.path("reason").asString()).isEqualTo("rule:order-status");
    assertThat(reply.path("variant").asString()).isEqualTo("treatment");
  }

  @Test
  void findsConversationsByWhatWasSaidAndWhy() {
    assertThat(sessions("?query=comes%20TOMORROW")).containsExactly("s-ann-2");
    assertThat(sessions("?query=rule:order")).contains("s-ann-2", "s-ann-1");
    assertThat(sessions("?query=Rule%20order%20status")).contains("s-ann-2", "s-ann-1");
    assertThat(sessions("?query=d1")).containsExactly("s-ann-1");
    assertThat(sessions("?query=nothing%20of%20it")).isEmpty();
    assertThat(sessions("?segment=frustrated")).containsExactly("s-ann-2", "s-ann-1");
    assertThat(sessions("?query=ann&since=" + Instant.ofEpochMilli(NOW - 100)))
        .containsExactly("s-ann-2");
    assertThat(sessions("?query=ann&limit=1")).containsExactly("s-ann-2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/users?limit=0",
        "/v1/users?limit=201",
        "/v1/users?since=yesterday",
        "/v1/conversations?limit=201",
        "/v1/conversations?since=2026",
        "/v1/users?since=-999999999-01-01T00:00:00Z"
      })
  void refusesWhatIsOutOfBounds(String path) {
    assertThat(service.get(path).statusCode()).isEqualTo(400);
  }

  @Test
  void refusesTooLongAText() {
    assertThat(service.get("/v1/conversations?query=" + "x".repeat(201)).statusCode())
        .isEqualTo(400);
    assertThat(service.get("/v1/users?prefix=" + "x".repeat(201)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/users", "/v1/conversations"})
  void noBrowserMayLook(String path) {
    assertThat(service.browser(path, null)).isEqualTo(403);
    assertThat(service.status(path, Map.of())).isEqualTo(401);
  }

  @Test
  void whoLookedIsInTheAuditLog() {
    var unused = get("/v1/users?prefix=ann");
    var alsoUnused = get("/v1/conversations?query=ann");

    List<AuditRecord> acts = new ArrayList<>();
    var values = new AvroDeserializer<>(REGISTRY, AuditRecord.class);
    KafkaSettings kafka =
        KafkaSettings.of(INFRA.bootstrapServers())
            .with(new TopicSettings(TOPICS.prefix(), false, 1, (short) 1));
    try (TopicReader reader =
        TopicReader.of(kafka, "it-recent", TOPICS.audit(), new StartAt.Beginning())) {
      reader.readToEnd(record -> values.readable(record).ifPresent(acts::add));
    }
    assertThat(acts)
        .filteredOn(act -> act.getAction().equals("users_listed"))
        .isNotEmpty()
        .allSatisfy(act -> assertThat(act.getActor()).isEqualTo("key:local-secret"))
        .allSatisfy(act -> assertThat(act.toString()).doesNotContain("ann"));
    assertThat(acts).extracting(AuditRecord::getAction).contains("conversations_read");
  }

  @Test
  void tellsNothingOfErasedUsers() {
    send(user("gone", NOW, List.of("gone-too"), talk("s-gone", NOW, 1, null, reply("d9", "Bye"))));
    producer.flush();
    await().atMost(Duration.ofSeconds(30)).until(() -> ids("").contains("gone"));

    assertThat(service.delete("/v1/users/gone", Service.secretHeaders())).isEqualTo(202);

    await().atMost(Duration.ofSeconds(30)).until(() -> !ids("").contains("gone"));
    assertThat(get("/v1/users").toString()).doesNotContain("gone");
    assertThat(sessions("?query=gone")).isEmpty();

    // back again, with a reply from before that came late
    RecentReply late = reply("late", "Of before");
    RecentReply after = reply("after", "Hello again");
    after.setDecidedAt(System.currentTimeMillis() + 1_000);
    send(
        user(
            "gone",
            System.currentTimeMillis() + 1_000,
            List.of(),
            talk("s-again", NOW, 1, null, late, after)));
    producer.flush();
    await().atMost(Duration.ofSeconds(30)).until(() -> ids("").contains("gone"));
    assertThat(get("/v1/conversations?query=s-again").at("/conversations/0/replies").size())
        .isEqualTo(1);
    assertThat(sessions("?query=Of%20before")).isEmpty();

    send("gone", null);
    await().atMost(Duration.ofSeconds(30)).until(() -> !ids("").contains("gone"));
  }

  private static List<String> ids(String query) {
    return get("/v1/users" + query)
        .path("users")
        .valueStream()
        .map(user -> user.path("userId").asString())
        .toList();
  }

  private static List<String> sessions(String query) {
    return get("/v1/conversations" + query)
        .path("conversations")
        .valueStream()
        .map(one -> one.path("sessionId").asString())
        .toList();
  }

  private static JsonNode get(String path) {
    var answer = service.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Service.json(answer);
  }

  private static void send(RecentUser user) {
    send(user.getUserId(), user);
  }

  private static void send(String userId, @Nullable RecentUser user) {
    var unused = producer.send(new ProducerRecord<>(TOPICS.recentUsers(), userId, user));
  }

  private static RecentUser user(String id, long at, String... segments) {
    return user(id, at, List.of(segments));
  }

  private static RecentUser user(
      String id, long at, List<String> segments, RecentConversation... conversations) {
    return RecentUser.newBuilder()
        .setUserId(id)
        .setLastActiveAt(at)
        .setChannel("web")
        .setLocale("en-US")
        .setSegments(segments)
        .setSessions(7)
        .setConversations(List.of(conversations))
        .build();
  }

  private static RecentConversation talk(
      String session,
      long at,
      int messages,
      @Nullable ConversationOutcome outcome,
      RecentReply... replies) {
    return RecentConversation.newBuilder()
        .setSessionId(session)
        .setStartedAt(at)
        .setEndedAt(at)
        .setLastActiveAt(at)
        .setMessages(messages)
        .setReplies(List.of(replies))
        .setOutcome(outcome)
        .build();
  }

  private static RecentReply reply(String id, String text) {
    return RecentReply.newBuilder()
        .setDecisionId(id)
        .setDecidedAt(NOW)
        .setSlot("reply")
        .setTemplateId("order-status.reply")
        .setText(text)
        .setPersonalized(true)
        .setReason("rule:order-status")
        .setExperiment("personalized-greeting")
        .setVariant("treatment")
        .setIntent("order_status")
        .build();
  }

  private static ConversationOutcome outcome() {
    return new ConversationOutcome("gap", 2, 1, 1, 1, 4.0);
  }
}
