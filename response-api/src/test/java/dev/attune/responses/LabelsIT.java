package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.responses.Service.Answer;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.schemas.avro.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Which messages people are asked about, and what becomes of what they say. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LabelsIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-labels-%s.".formatted(UUID.randomUUID()));
  private static final long NOW = System.currentTimeMillis();
  private static final String QUESTIONS = "/v1/labels/questions";
  private static final SchemaRegistryClient REGISTRY =
      new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));

  private static Service service;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    service = Service.start(INFRA, TOPICS.prefix()).ready();
    await().until(() -> service.get("/v1/labels").statusCode() == 200);
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
    producer =
        new KafkaProducer<>(
            KafkaSettings.of(INFRA.bootstrapServers()).producer("test", Map.of()),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() {
    service.close();
    producer.close();
  }

  @Test
  @Order(1)
  void withoutAPredictionThereIsNothingToAsk() {
    JsonNode asked = questions("");

    assertThat(asked.path("questions").isEmpty()).isTrue();
    assertThat(asked.path("predictions").asInt()).isZero();
    assertThat(asked.path("learns").asBoolean()).isTrue();
    assertThat(asked.path("complete").asBoolean()).isTrue();
  }

  @Test
  @Order(2)
  void asksOfMessagesThatTheModelWasLeastSureOfOnceAText() throws Exception {
    scored("ada", message("ada", "My parcel and my password"), 0.40f, 0.38f);
    scored("bob", message("bob", "  my PARCEL and my password "), 0.50f, 0.30f);
    scored("carl", message("carl", "where is my order"), 0.90f, 0.05f);
    scored("dora", click("dora"), 0.34f, 0.33f);
    scored("eve", message("eve", null), 0.34f, 0.33f);
    scored("fred", message("fred", " "), 0.34f, 0.33f);
    RecordMetadata franks = send(TOPICS.interactionEvents(), "frank", message("frank", "not mine"));
    predicted("mallory", franks, 0, 0.34f, 0.33f);
    RecordMetadata olds = send(TOPICS.interactionEvents(), "olga", message("olga", "long ago"));
    predicted("olga", olds, 7, 0.34f, 0.33f);
    scored("label-gone", message("label-gone", "forget this"), 0.34f, 0.33f);
    assertThat(service.delete("/v1/users/label-gone", Service.secretHeaders())).isEqualTo(202);

    JsonNode asked = questions("");

    assertThat(texts(asked)).containsExactly("My parcel and my password", "where is my order");
    JsonNode first = asked.path("questions").get(0);
    assertThat(first.path("eventId").asString()).isEqualTo("e-ada");
    assertThat(first.path("userId").asString()).isEqualTo("ada");
    assertThat(first.path("modelVersion").asString()).isEqualTo("2026-01-02.1");
    assertThat(first.path("likeliest").size()).isEqualTo(3);
    assertThat(first.at("/likeliest/0/label").asString()).isEqualTo("refund");
    assertThat(first.at("/likeliest/1/probability").asDouble()).isBetween(0.379, 0.381);
    assertThat(asked.path("labels").toString())
        .isEqualTo(
            "[\"order_status\",\"refund\",\"shipping\",\"product_question\",\"account\",\"payment\"]");
    assertThat(asked.path("predictions").asInt()).isEqualTo(8);
    assertThat(asked.path("complete").asBoolean()).isTrue();
    assertThat(texts(questions("?count=1"))).containsExactly("My parcel and my password");
  }

  @Test
  @Order(3)
  void whatAPersonSaysIsKeptWithoutTextOrUserAndNotAskedAgain() {
    assertThat(say("e-ada", "account", Map.of("Attune-On-Behalf-Of", "vera@::1")).status())
        .isEqualTo(200);
    await().until(() -> given().equals("{\"e-ada\":\"account\"}"));
    assertThat(texts(questions("")))
        .as("neither it nor another with the same text")
        .containsExactly("where is my order");

    assertThat(say("e-ada", "payment").status()).isEqualTo(200);
    await().until(() -> given().equals("{\"e-ada\":\"payment\"}"));
    assertThat(questions("").path("labelled").asInt()).isEqualTo(1);

    assertThat(kept())
        .hasSize(2)
        .allSatisfy(value -> assertThat(value).contains("e-ada").doesNotContain("parcel", "vera"));
    JsonNode acts = Service.json(service.get("/v1/audit?action=message_labelled")).path("acts");
    assertThat(acts.size()).isEqualTo(2);
    assertThat(acts.get(1).path("actor").asString()).isEqualTo("user:vera");
    assertThat(acts.get(0).path("subject").asString()).isEqualTo("event:e-ada");
    assertThat(acts.get(0).path("detail").asString()).isEqualTo("before: account; after: payment");
    assertThat(Service.json(service.get("/v1/audit?action=messages_read")).path("acts").isEmpty())
        .isFalse();
  }

  @Test
  @Order(4)
  void aReplicaThatStartsLaterKnowsTheLabels() {
    try (Service later = Service.start(INFRA, TOPICS.prefix())) {
      await().until(() -> later.get("/v1/labels").body().contains("\"payment\""));
    }
  }

  @Test
  @Order(5)
  void aLabelThatIsTakenBackIsAskedForAgain() {
    assertThat(say("e-ada", null).status()).isEqualTo(200);
    await().until(() -> given().equals("{}"));
    assertThat(texts(questions(""))).contains("My parcel and my password");
    assertThat(say("never-labelled", "").status()).isEqualTo(200);
    assertThat(kept()).hasSize(4).endsWith("", "");
  }

  @ParameterizedTest
  @CsvSource({
    "e-bob, weather, 'label is none of: order_status, refund, shipping, product_question, account, payment.'",
    "'', refund, 'eventId: 1 to 64 characters, no control characters.'",
    "'a\tb', refund, 'eventId: 1 to 64 characters, no control characters.'",
  })
  @Order(6)
  void whatCannotBeLearnedIsRefused(String eventId, String label, String detail) {
    Answer refused = say(eventId.replace("\t", "\\t"), label);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).contains(detail).contains("malformed");
    assertThat(given()).isEqualTo("{}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "201", "-1", "many"})
  @Order(6)
  void asksOfOneToTwoHundredMessages(String count) {
    assertThat(service.get(QUESTIONS + "?count=" + count).statusCode()).isEqualTo(400);
  }

  @Test
  @Order(6)
  void isForServersOnly() {
    assertThat(service.status(QUESTIONS, Service.browserHeaders(null))).isEqualTo(403);
    assertThat(service.status(QUESTIONS, Map.of())).isEqualTo(401);
    assertThat(say("e-bob", "refund", Map.of("Authorization", "Bearer local-write")).status())
        .isEqualTo(403);
  }

  private static JsonNode questions(String parameters) {
    var answer = service.get(QUESTIONS + parameters);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Service.json(answer);
  }

  private static List<String> texts(JsonNode asked) {
    List<String> texts = new ArrayList<>();
    asked.path("questions").forEach(one -> texts.add(one.path("text").asString()));
    return texts;
  }

  /** What has a label, as one text. */
  private static String given() {
    List<String> all = new ArrayList<>();
    Service.json(service.get("/v1/labels"))
        .path("labels")
        .forEach(one -> all.add(one.path("eventId") + ":" + one.path("label")));
    return "{" + String.join(",", all) + "}";
  }

  private static Answer say(String eventId, @Nullable String label) {
    return say(eventId, label, Map.of());
  }

  private static Answer say(String eventId, @Nullable String label, Map<String, String> more) {
    Map<String, String> headers = new HashMap<>(Service.secretHeaders());
    headers.put("Content-Type", "application/json");
    headers.putAll(more);
    String said = label == null ? "null" : "\"" + label + "\"";
    String body = "{\"eventId\":\"%s\",\"label\":%s}".formatted(eventId, said);
    return service.ask("POST", "/v1/labels", body, headers);
  }

  /** The topic's values as text; a tombstone is empty. */
  private static List<String> kept() {
    List<String> values = new ArrayList<>();
    try (var reader =
        TopicReader.of(
            KafkaSettings.of(INFRA.bootstrapServers()),
            "test",
            TOPICS.labels(),
            new StartAt.Beginning())) {
      reader.readToEnd(
          record ->
              values.add(
                  record.value() == null
                      ? ""
                      : new String(record.value(), StandardCharsets.ISO_8859_1)));
    }
    return values.stream().sorted((a, b) -> Boolean.compare(a.isEmpty(), b.isEmpty())).toList();
  }

  private static void scored(String user, InteractionEvent event, float first, float second)
      throws Exception {
    predicted(user, send(TOPICS.interactionEvents(), user, event), 0, first, second);
  }

  private static void predicted(
      String user, RecordMetadata at, int epoch, float first, float second) throws Exception {
    float rest = (1 - first - second) / 2;
    var unused =
        send(
            TOPICS.predictions(),
            user,
            Prediction.newBuilder()
                .setUserId(user)
                .setEpoch(epoch)
                .setPartition(at.partition())
                .setOffset(at.offset())
                .setReceivedAt(NOW)
                .setPredictedAt(NOW)
                .setModelName("intent")
                .setModelVersion("2026-01-02.1")
                .setFeatureSetId("f")
                .setLabel("refund")
                .setProbabilities(
                    List.of(
                        new LabelProbability("refund", first),
                        new LabelProbability("account", second),
                        new LabelProbability("shipping", rest),
                        new LabelProbability("payment", rest)))
                .build());
  }

  private static InteractionEvent message(String user, @Nullable String text) {
    return event(user, "message_sent").setMessageSent(new MessageSent(text, 9)).build();
  }

  private static InteractionEvent click(String user) {
    return event(user, "clicked").setClicked(new Clicked("button", null)).build();
  }

  private static InteractionEvent.Builder event(String user, String type) {
    return InteractionEvent.newBuilder()
        .setEventId("e-" + user)
        .setType(type)
        .setUserId(user)
        .setOccurredAt(NOW)
        .setReceivedAt(NOW);
  }

  private static <T extends SpecificRecord> RecordMetadata send(String topic, String user, T value)
      throws Exception {
    try (var serializer = new AvroSerializer<T>(REGISTRY)) {
      return producer
          .send(new ProducerRecord<>(topic, user, serializer.serialize(topic, value)))
          .get();
    }
  }
}
