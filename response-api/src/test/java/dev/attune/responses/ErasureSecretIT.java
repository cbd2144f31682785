package dev.attune.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.user.UserHasher;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever can't tell who was erased says so, and shows nothing that may be an erased user's. */
class ErasureSecretIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-erasure-secret.");
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final String FOREIGN_SECRET = "another secret of erasures";
  private static final UserHasher OURS = new UserHasher("local-erasure-secret");
  private static final UserHasher FOREIGN = new UserHasher(FOREIGN_SECRET);

  private static Service service;
  private static KafkaProducer<String, Erasure> producer;

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
  void anErasureWithAnotherSecretIsShownAndLaterOnesAreStillHeard() throws Exception {
    String kept = "/v1/decisions/" + decisionFor("kept");
    String later = "/v1/decisions/" + decisionFor("later");
    assertThat(status(kept)).isEqualTo(200);

    send(FOREIGN, "stranger", "r-foreign");

    await().atMost(DEADLINE).until(() -> status(kept) == 503);
    assertThat(status("/v1/erasures")).isEqualTo(503);
    assertThat(status("/v1/dead-letters")).isEqualTo(503);
    assertThat(service.manage("/actuator/health").body())
        .contains("OUT_OF_SERVICE", "ATTUNE_ERASURE_SECRET");
    assertThat(service.manage("/actuator/prometheus").body())
        .contains("\nattune_erasures_foreign 1.0\n");
    assertThat(service.manage("/actuator/health/readiness").statusCode())
        .as("replies go on")
        .isEqualTo(200);

    send(OURS, "later", "r-later");
    await().atMost(DEADLINE).until(() -> status("/v1/erasures/r-later") == 200);
    put(FOREIGN.hash("stranger"), null);

    await().atMost(DEADLINE).until(() -> status(kept) == 200);
    assertThat(status(later)).isEqualTo(404);
    assertThat(service.manage("/actuator/health").body()).doesNotContain("OUT_OF_SERVICE");

    send(FOREIGN, "both", "r-both");
    await().atMost(DEADLINE).until(() -> status(kept) == 503);
    send(OURS, "both", "r-both");
    await().atMost(DEADLINE).until(() -> status(kept) == 200);
  }

  @Test
  void aReplicaThatDoesNotKnowWhoWasErasedShowsNoDecision() {
    String erased = "/v1/decisions/" + decisionFor("erased");
    await().atMost(DEADLINE).until(() -> decisionsOf("erased").contains("decisionId"));
    assertThat(service.delete("/v1/users/erased", Service.secretHeaders())).isEqualTo(202);
    assertThat(status(erased)).isEqualTo(404);

    try (Service other =
        Service.start(INFRA, TOPICS.prefix(), "--attune.erasures.secret=" + FOREIGN_SECRET)) {
      assertThat(other.get(erased).statusCode()).isEqualTo(503);
    }
  }

  private static String decisionFor(String user) {
    return service.reply(user, "greeting").path("decisionId").asString();
  }

  private static String decisionsOf(String user) {
    return service.get("/v1/users/" + user + "?history=true").body();
  }

  private static int status(String path) {
    return service.get(path).statusCode();
  }

  private static void send(UserHasher hasher, String user, String receiptId) throws Exception {
    put(
        hasher.hash(user),
        Erasure.newBuilder()
            .setReceiptId(receiptId)
            .setUserHash(hasher.hash(user))
            .setHashKey(hasher.keyId())
            .setPartition(0)
            .setOffset(1_000)
            .setRequestedAt(System.currentTimeMillis())
            .build());
  }

  private static void put(String key, @Nullable Erasure erasure) throws Exception {
    var unused = producer.send(new ProducerRecord<>(TOPICS.erasures(), key, erasure)).get();
  }
}
