package dev.attune.gateway;

import dev.attune.gateway.DeliveryCheck.Stored;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topic of events holds. */
final class StoredEvents {
  private StoredEvents() {}

  /** Everything up to the end that the topic has now; nobody writes any more. */
  static List<Stored> read(Infra infra, Topics topics) {
    List<Stored> stored = new ArrayList<>();
    try (KafkaConsumer<String, InteractionEvent> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringDeserializer(),
            new AvroDeserializer<>(
                new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10)),
                InteractionEvent.class))) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topics.interactionEvents()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<String, InteractionEvent> record :
            consumer.poll(Duration.ofMillis(500))) {
          stored.add(
              new Stored(new Position(0, record.partition(), record.offset()), record.value()));
        }
      }
    }
    return stored;
  }
}
