package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code GET /v1/dead-letters} against a real topic. */
class DeadLettersIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-dead-letters.");
  private static final long RECEIVED = System.currentTimeMillis() - 60_000;

  private static Service service;
  private static KafkaProducer<String, DeadLetter> producer;

  @BeforeAll
  static void start() {
    producer = TopicWriters.of(INFRA, TOPICS);
    service = Service.start(INFRA, TOPICS.prefix()).ready();
    await().until(() -> service.get("/v1/erasures").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    service.close();
    producer.close();
  }

  @Test
  void tellsReasonsWithSamplesAndNothingOfErasedUsers() {
    for (int i = 0; i < 5; i++) {
      send("ann", "clicked", event("ann", i), i);
    }
    send("gone", "occurredAt", event("gone", 7), 7);
    send(null, "occurredAt", event("gone too", 8).getBytes(StandardCharsets.UTF_8), 8);
    send("ann", null, new byte[] {0, 0, 0, 0, 1, 2}, 9);
    send("ann", null, ("x".repeat(10_000)).getBytes(StandardCharsets.UTF_8), 10);
    producer.flush();

    await().atMost(Duration.ofSeconds(30)).until(() -> letters().path("letters").asInt() == 9);
    JsonNode reason = letters().at("/reasons/0");
    assertThat(letters().path("complete").asBoolean()).isTrue();
    assertThat(reason.path("field").asString()).isEqualTo("clicked");
    assertThat(reason.path("code").asString()).isEqualTo("schema_invalid");
    assertThat(reason.path("letters").asInt()).isEqualTo(5);
    assertThat(reason.path("samples").size()).isEqualTo(3);
    assertThat(reason.at("/samples/0/original").asString()).isEqualTo(event("ann", 4));
    assertThat(reason.at("/samples/0/detail").asString()).isEqualTo("is missing");
    JsonNode whole = letters().at("/reasons/1/samples");
    assertThat(whole.get(0).path("original").asString()).hasSize(4_097).endsWith("…");
    assertThat(whole.get(0).path("bytes").asInt()).isEqualTo(10_000);
    assertThat(whole.get(1).path("original").isNull()).isTrue();

    assertThat(service.delete("/v1/users/gone", Service.secretHeaders())).isEqualTo(202);
    assertThat(service.delete("/v1/users/gone%20too", Service.secretHeaders())).isEqualTo(202);

    await().atMost(Duration.ofSeconds(30)).until(() -> letters().path("letters").asInt() == 7);
    assertThat(letters().toString()).doesNotContain("gone");
  }

  private static JsonNode letters() {
    return Service.json(service.get("/v1/dead-letters"));
  }

  private static String event(String user, int i) {
    return "{\"eventId\":\"e-%d\",\"userId\":\"%s\",\"type\":\"clicked\"}".formatted(i, user);
  }

  private static void send(@Nullable String user, @Nullable String field, String event, int i) {
    send(user, field, event.getBytes(StandardCharsets.UTF_8), i);
  }

  private static void send(@Nullable String user, @Nullable String field, byte[] event, int i) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                TOPICS.deadLetters(),
                DeadLetter.newBuilder()
                    .setSource("ingest-gateway")
                    .setCode("schema_invalid")
                    .setField(field)
                    .setDetail("is missing")
                    .setReceivedAt(RECEIVED + i)
                    .setUserId(user)
                    .setEventId("e-" + i)
                    .setOriginal(ByteBuffer.wrap(event))
                    .build()));
  }
}
