package dev.attune.gateway;

import dev.attune.gateway.DeliveryCheck.Stored;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What the topic of events holds. */
final class StoredEvents {
  private StoredEvents() {}

  /** Everything up to the end that the topic has now; nobody writes any more. */
  static List<Stored> read(Infra infra, Topics topics) {
    List<Stored> stored = new ArrayList<>();
    var kafka = KafkaSettings.of(infra.bootstrapServers());
    var registry = new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
    var events = new AvroDeserializer<>(registry, InteractionEvent.class);
    String topic = topics.interactionEvents();
    try (TopicReader reader = TopicReader.of(kafka, "test", topic, new StartAt.Beginning())) {
      reader.readToEnd(
          record ->
              stored.add(
                  new Stored(
                      new Position(0, record.partition(), record.offset()),
                      Objects.requireNonNull(events.deserialize(topic, record.value())))));
    }
    return stored;
  }
}
