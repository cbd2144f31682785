package dev.attune.responses.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.PersonLabel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A record that its reader can't take is seen, and read again. */
class WholeTopicFollowerIT {
  private static final Infra INFRA = Infra.shared();
  private static final Topics TOPICS = new Topics("it-whole-" + UUID.randomUUID() + ".");
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final KafkaSettings kafka = KafkaSettings.of(INFRA.bootstrapServers());
  private final SchemaRegistryClient registry =
      new SchemaRegistryClient(INFRA.registryUrl(), Duration.ofSeconds(5));

  @Test
  void aRecordThatCantBeTakenIsNotPassedOverInSilence() throws Exception {
    try (Admin admin = Admin.create(kafka.client())) {
      TopicSetup.ensure(admin, new TopicSettings(TOPICS.prefix(), true, 1, (short) 1));
    }
    var labels = new Labels();
    labels.start();
    await().atMost(DEADLINE).until(labels::isCaughtUp);
    try (var producer =
        new KafkaProducer<>(
            kafka.producer("test", Map.of()),
            new StringSerializer(),
            new AvroSerializer<PersonLabel>(registry))) {
      send(producer, "bad");
      await().atMost(DEADLINE).until(() -> !labels.isCaughtUp());
      send(producer, "good");
      assertThat(labels.isRunning()).isTrue();
      assertThat(labels.isFailing()).isTrue();
      assertThat(labels.taken).isEmpty();

      labels.fails = false;
      await().atMost(DEADLINE).until(labels::isCaughtUp);
      assertThat(labels.taken).containsExactly("bad", "good");
      assertThat(labels.isFailing()).isFalse();
    } finally {
      labels.stop();
    }
  }

  private static void send(KafkaProducer<String, PersonLabel> producer, String event)
      throws Exception {
    PersonLabel label =
        PersonLabel.newBuilder().setEventId(event).setLabel("refund").setLabelledAt(1).build();
    var unused = producer.send(new ProducerRecord<>(TOPICS.labels(), event, label)).get();
  }

  private final class Labels extends WholeTopicFollower<PersonLabel> {
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private volatile boolean fails = true;

    Labels() {
      super(kafka, TOPICS.labels(), new AvroDeserializer<>(registry, PersonLabel.class));
    }

    @Override
    protected void remember(PersonLabel label, long offset) {
      if (fails) {
        throw new IllegalStateException("this reader can't take it");
      }
      taken.add(label.getEventId());
    }
  }
}
