package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.RecordWriter;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.Decision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The log of decisions outlives one that can't be sent. */
class DecisionSenderIT {
  private static final Infra INFRA = Infra.shared();
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final KafkaSettings kafka =
      KafkaSettings.of(INFRA.bootstrapServers())
          .with(new TopicSettings("it-decision-sender.", true, 1, (short) 1));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DecisionSender sender =
      new DecisionSender(
          kafka,
          kafka.topics().names(),
          new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5)),
          meters);

  @Test
  void aDecisionThatCantBeSentIsLostAloneAndCounted() {
    var done = new AtomicInteger();
    sender.start();
    try {
      // no room for the header, which nobody writes
      sender.send(DecisionId.next(0, Instant.now()), "ada", new byte[2], done::incrementAndGet);
      sender.send(DecisionId.next(0, Instant.now()), "bob", record(), done::incrementAndGet);

      await().atMost(DEADLINE).until(() -> done.get() == 2);
    } finally {
      sender.stop();
    }
    assertThat(meters.counter("attune.decisions.lost").count()).isEqualTo(1);
    assertThat(meters.counter("attune.decisions.logged").count()).isEqualTo(1);
  }

  private static byte[] record() {
    return new RecordWriter<Decision>()
        .write(
            Decision.newBuilder()
                .setDecisionId("some")
                .setUserId("bob")
                .setSlot("greeting")
                .setDecidedAt(1)
                .setPersonalized(false)
                .setReason("default")
                .setTemplateId("hello")
                .setText("Hello")
                .build());
  }
}
