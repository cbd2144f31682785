package dev.attune.responses.erasure;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/** Finds an erasing event again: receipts hold no user id, the event does while it is kept. */
@Component
class ErasureEvents {
  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final KafkaSettings kafka;
  private final String topic;
  private final AvroDeserializer<InteractionEvent> events;

  ErasureEvents(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.kafka = kafka;
    this.topic = topics.interactionEvents();
    this.events = new AvroDeserializer<>(registry, InteractionEvent.class);
  }

  /** Whom a receipt is about; empty when the event has expired or Kafka is away. */
  Optional<String> userOf(Receipt receipt) {
    TopicPartition partition = new TopicPartition(topic, receipt.position().partition());
    StartAt event = new StartAt.Offset(receipt.position().offset());
    long deadline = System.nanoTime() + BUDGET.toNanos();
    try (TopicReader reader =
        TopicReader.ofPartition(kafka, "attune-responses-receipts", partition, event)) {
      while (!reader.isCaughtUp() && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, byte[]> first : reader.poll()) {
          return events
              .readable(first)
              .filter(found -> found.getEventId().equals(receipt.id()))
              .map(InteractionEvent::getUserId);
        }
      }
      return Optional.empty();
    } catch (KafkaException e) {
      return Optional.empty();
    }
  }
}
