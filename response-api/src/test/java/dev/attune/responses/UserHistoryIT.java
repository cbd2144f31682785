package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.BackwardReader;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code GET /v1/users/{id}?history=true} against real topics. */
class UserHistoryIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-history.");
  private static final int PARTITIONS = 2;
  private static final String ADA = "ada";
  private static final long FIRST = System.currentTimeMillis() - 600_000;

  /** Whose records lie between Ada's. */
  private static final String BOB =
      IntStream.range(0, 100)
          .mapToObj(i -> "bob-" + i)
          .filter(user -> partition(user) == partition(ADA))
          .findFirst()
          .orElseThrow();

  private static final SchemaRegistryClient REGISTRY =
      new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));

  private static Service service;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() {
    try (Admin admin = Admin.create(kafka())) {
      TopicSetup.ensure(admin, new TopicSettings(TOPICS.prefix(), true, PARTITIONS, (short) 1));
    }
    producer =
        new KafkaProducer<>(
            KafkaSettings.of(INFRA.bootstrapServers()).producer("test", Map.of()),
            new StringSerializer(),
            new ByteArraySerializer());
    service = Service.start(INFRA, TOPICS.prefix()).ready();
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    service.close();
    producer.close();
  }

  @Test
  void tellsAllRecordsOfOneUserAndNothingOfAnother() {
    for (String user : List.of(ADA, BOB)) {
      send(TOPICS.interactionEvents(), user, click(user));
      send(TOPICS.sessions(), user, session(user, 1, 5));
      send(TOPICS.sessions(), user, session(user, 2, 6));
      send(TOPICS.segmentChanges(), user, entered(user));
      service.reply(user, "greeting");
    }
    producer.send(new ProducerRecord<>(TOPICS.interactionEvents(), ADA, new byte[] {9, 9}));
    producer.flush();

    await().until(() -> history(ADA).path("decisions").size() == 1);
    JsonNode ada = history(ADA);

    assertThat(ada.path("complete").asBoolean()).isTrue();
    assertThat(ada.path("events").size()).isEqualTo(1);
    assertThat(ada.path("events").get(0).path("clicked").path("element").asString())
        .isEqualTo("button of ada");
    assertThat(ada.path("sessions").size()).isEqualTo(1);
    assertThat(ada.path("sessions").get(0).path("events").asInt()).isEqualTo(6);
    assertThat(ada.path("sessions").get(0).path("csat").asDouble()).isEqualTo(4);
    assertThat(ada.path("segmentChanges").get(0).path("segment").asString()).isEqualTo("of ada");
    assertThat(ada.path("decisions").get(0).path("slot").asString()).isEqualTo("greeting");
    assertThat(ada.toString()).doesNotContain(BOB);
    assertThat(service.get("/v1/users/nobody?history=true").statusCode()).isEqualTo(404);
  }

  /** Whoever may write to Kafka can put there what no gateway has seen. */
  @Test
  void aBadStoredEventDeniesNobodyHisHistory() {
    InteractionEvent bad = click("carl");
    bad.setProperties(
        new HashMap<>(
            Map.of(
                "open", "}{",
                "forged", "1,\"userId\":\"other\"",
                "half", "\"\\ud800\"",
                "deep", "[".repeat(3_000) + "]".repeat(3_000),
                "userId", "\"other\"")));
    send(TOPICS.interactionEvents(), "carl", bad);
    send(TOPICS.interactionEvents(), "carl", click("carl"));
    producer.flush();

    JsonNode events = history("carl").path("events");

    assertThat(events.size()).isEqualTo(2);
    assertThat(events.get(0).path("userId").asString()).isEqualTo("carl");
    assertThat(events.get(0).path("open").asString()).isEqualTo("}{");
  }

  @Test
  void nothingIsToldOfAnErasedUser() {
    send(TOPICS.interactionEvents(), "gone", click("gone"));
    send(TOPICS.sessions(), "gone", session("gone", 1, 5));
    producer.flush();
    assertThat(history("gone").path("events").size()).isEqualTo(1);

    assertThat(service.delete("/v1/users/gone", Service.secretHeaders())).isEqualTo(202);

    assertThat(service.get("/v1/users/gone?history=true").statusCode()).isEqualTo(404);
  }

  @Test
  void ofTooManyEventsTheNewestAreToldAndSinceWhenNoneIsMissing() {
    for (int i = 0; i < 5_100; i++) {
      InteractionEvent event = click("busy");
      event.setEventId("e-" + i);
      producer.send(record("busy", event, FIRST + i));
    }
    producer.send(record(BOB, click(BOB), FIRST));
    producer.flush();

    JsonNode busy = history("busy");

    assertThat(busy.path("events").size()).isEqualTo(5_000);
    assertThat(busy.at("/events/0/eventId").asString()).isEqualTo("e-100");
    assertThat(busy.at("/events/4999/eventId").asString()).isEqualTo("e-5099");
    assertThat(busy.path("complete").asBoolean()).isFalse();
    assertThat(busy.path("since").asString())
        .isEqualTo(Instant.ofEpochMilli(FIRST + 100).toString());
    assertThat(history(BOB).path("since").isNull()).isTrue();
  }

  /** Steps that end between a user's records lose none and repeat none. */
  @Test
  void readsBackwardsInStepsOfAnySize() {
    for (int i = 0; i < 10; i++) {
      producer.send(record("steps", click("steps"), FIRST + i));
      producer.send(record(BOB, click(BOB), FIRST + i));
    }
    producer.flush();
    KafkaSettings settings = KafkaSettings.of(INFRA.bootstrapServers());
    for (long size : new long[] {1, 3, 1_000_000}) {
      List<Long> seen = new ArrayList<>();
      try (var reader =
          new BackwardReader(settings, "test", TOPICS.interactionEvents(), "steps", size)) {
        while (!reader.isDone()) {
          var step = reader.step(System.nanoTime() + Duration.ofMinutes(1).toNanos());
          step.records().reversed().forEach(record -> seen.add(record.timestamp()));
        }
      }

      assertThat(seen)
          .as("steps of " + size)
          .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> FIRST + 9 - i).toList());
    }
  }

  @Test
  void whoseTimeIsOverGetsNoHalfStep() {
    producer.send(record("late", click("late"), FIRST));
    producer.flush();
    try (var reader =
        new BackwardReader(
            KafkaSettings.of(INFRA.bootstrapServers()),
            "test",
            TOPICS.interactionEvents(),
            "late",
            10)) {
      var step = reader.step(System.nanoTime());

      assertThat(step.over()).isTrue();
      assertThat(step.records()).isEmpty();
      assertThat(reader.isDone()).isFalse();
    }
  }

  /** Whoever is third waits a moment, and isn't refused. */
  @Test
  void severalMayAskAtOnce() {
    producer.send(record(BOB, click(BOB), FIRST));
    producer.flush();
    List<Integer> statuses =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(i -> service.get("/v1/users/" + BOB + "?history=true").statusCode())
            .toList();

    assertThat(statuses).containsOnly(200);
  }

  @Test
  void isForServersOnly() {
    assertThat(service.status("/v1/users/ada?history=true", Service.browserHeaders(null)))
        .isEqualTo(403);
  }

  private static JsonNode history(String user) {
    return Service.json(service.get("/v1/users/" + user + "?history=true")).path("history");
  }

  private static InteractionEvent click(String user) {
    return InteractionEvent.newBuilder()
        .setEventId("e-" + user)
        .setType("clicked")
        .setUserId(user)
        .setOccurredAt(1_767_225_600_000L)
        .setReceivedAt(1_767_225_600_000L)
        .setClicked(new Clicked("button of " + user, null))
        .build();
  }

  private static Session session(String user, int revision, int events) {
    return Session.newBuilder()
        .setUserId(user)
        .setSessionId("s of " + user)
        .setRevision(revision)
        .setStartedAt(1_767_225_600_000L)
        .setEndedAt(1_767_225_700_000L)
        .setClosedBy("gap")
        .setEvents(events)
        .setMessages(1)
        .setPageViews(0)
        .setClicks(1)
        .setAgentReplies(0)
        .setAutomatedReplies(0)
        .setQuickRepliesUsed(0)
        .setIssuesOpened(0)
        .setIssuesResolved(0)
        .setCsat(4.0)
        .build();
  }

  private static SegmentChange entered(String user) {
    return SegmentChange.newBuilder()
        .setUserId(user)
        .setSegment("of " + user)
        .setChange("entered")
        .setPartition(0)
        .setOffset(0)
        .setOccurredAt(1_767_225_600_000L)
        .setReceivedAt(1_767_225_600_000L)
        .build();
  }

  private static ProducerRecord<String, byte[]> record(
      String user, InteractionEvent event, long millis) {
    String topic = TOPICS.interactionEvents();
    try (var serializer = new AvroSerializer<InteractionEvent>(REGISTRY)) {
      return new ProducerRecord<>(topic, null, millis, user, serializer.serialize(topic, event));
    }
  }

  private static <T extends SpecificRecord> void send(String topic, String user, T value) {
    try (var serializer = new AvroSerializer<T>(REGISTRY)) {
      producer.send(new ProducerRecord<>(topic, user, serializer.serialize(topic, value)));
    }
  }

  private static int partition(String user) {
    return KeyPartition.of(user, PARTITIONS);
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", INFRA.bootstrapServers());
  }
}
