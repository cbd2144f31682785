package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Another replica's decision, asked for before that replica has it in the topic. */
class YoungDecisionIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-young-decisions.");
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static Service service;
  private static KafkaProducer<String, Decision> producer;

  @BeforeAll
  static void start() {
    producer = TopicWriters.of(INFRA, TOPICS);
    service = Service.start(INFRA, TOPICS.prefix()).ready();
  }

  @AfterAll
  static void stop() {
    service.close();
    producer.close();
  }

  @Test
  void aDecisionThatIsOnItsWayIsWaitedFor() throws Exception {
    send(decision(id(System.currentTimeMillis())));
    long now = System.currentTimeMillis();
    Decision young = decision(id(now));
    String before = lookups();

    var answer =
        CompletableFuture.supplyAsync(() -> service.get("/v1/decisions/" + young.getDecisionId()));
    await().atMost(DEADLINE).until(() -> !lookups().equals(before));
    // the end of the topic has been reached by then
    Thread.sleep(Duration.ofMillis(1_000));
    send(young);

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(answer.get().body()).contains("\"ada\"");
  }

  @Test
  void aDecisionThatDoesNotComeIsNotThere() {
    String young = id(System.currentTimeMillis());
    String older = id(System.currentTimeMillis() - 60_000);

    assertThat(service.get("/v1/decisions/" + young).statusCode()).isEqualTo(404);
    long began = System.nanoTime();
    assertThat(service.get("/v1/decisions/" + older).statusCode()).isEqualTo(404);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .as("nobody waits for what is older")
        .isLessThan(Duration.ofSeconds(2));
  }

  private static String lookups() {
    return service
        .manage("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("attune_decisions_lookups_total"))
        .findFirst()
        .orElseThrow();
  }

  /** As a replica makes it, in the first partition. */
  private static String id(long millis) {
    UUID random = UUID.randomUUID();
    return new UUID(millis << 16 | 7L << 12, random.getLeastSignificantBits()).toString();
  }

  private static Decision decision(String id) {
    return Decision.newBuilder()
        .setDecisionId(id)
        .setUserId("ada")
        .setSlot("greeting")
        .setDecidedAt(UUID.fromString(id).getMostSignificantBits() >>> 16)
        .setPersonalized(false)
        .setReason("default")
        .setTemplateId("hello")
        .setText("Hello")
        .build();
  }

  private static void send(Decision decision) throws Exception {
    var record =
        new ProducerRecord<>(
            TOPICS.decisions(), 0, decision.getDecidedAt(), decision.getUserId(), decision);
    var unused = producer.send(record).get();
  }
}
