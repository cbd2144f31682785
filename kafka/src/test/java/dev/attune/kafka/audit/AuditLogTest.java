package dev.attune.kafka.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Where nobody answers. What is written where somebody does, the services' tests read. */
class AuditLogTest {
  private static final Act ACT =
      new Act(
          Actor.of("crm", null, "10.0.0.1"),
          "erase",
          Act.Outcome.ALLOWED,
          "user:" + "0".repeat(64));

  private final AuditLog log =
      new AuditLog(
          KafkaSettings.of("127.0.0.1:9"),
          new SchemaRegistryClient(URI.create("http://127.0.0.1:9"), Duration.ofSeconds(1)),
          "test",
          InstantSource.system(),
          Duration.ofMillis(200));

  @Test
  void whatCantBeRecordedMustNotBeDone() {
    try (log) {
      assertThatExceptionOfType(AuditException.class)
          .isThrownBy(() -> log.record(ACT))
          .withMessage(
              "the topic attune.audit can't be written: Kafka at 127.0.0.1:9 does not answer");
      assertThat(log.lost()).isZero();
    }
  }

  @Test
  void whatHappenedAndCantBeRecordedIsCountedAndKeepsNobodyWaiting() {
    try (log) {
      log.note(ACT);
      assertThat(log.lost()).isZero();

      long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (log.lost() == 0 && System.nanoTime() < deadline) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      assertThat(log.lost()).isEqualTo(1);
    }
  }

  @Test
  void aPersonIsTheActorWhereAKeySaysSo() {
    assertThat(Actor.of("console", "ad%C3%A4@x@::1", "10.0.0.1"))
        .isEqualTo(new Actor("user:adä@x", "key:console", "::1"));
    assertThat(Actor.of("console", null, "10.0.0.1"))
        .isEqualTo(new Actor("key:console", null, "10.0.0.1"))
        .isEqualTo(Actor.of("console", "ada", "10.0.0.1"))
        .isEqualTo(Actor.of("console", "@10.0.0.2", "10.0.0.1"))
        .isEqualTo(Actor.of("console", "%zz@10.0.0.2", "10.0.0.1"))
        .isEqualTo(Actor.of("console", "a".repeat(512) + "@10.0.0.2", "10.0.0.1"));
  }
}
