package dev.attune.responses.erasure;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.stereotype.Component;

/** Finds an erasing event again: receipts hold no user id, the event does while it is kept. */
@Component
class ErasureEvents {

  private static final Duration BUDGET = Duration.ofSeconds(5);

  private final DecisionSettings kafka;
  private final String topic;
  private final SchemaRegistryClient registry;

  ErasureEvents(DecisionSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.kafka = kafka;
    this.topic = topics.interactionEvents();
    this.registry = registry;
  }

  /** Whom a receipt is about; empty when the event has expired or Kafka is away. */
  Optional<String> userOf(Receipt receipt) {
    TopicPartition partition = new TopicPartition(topic, receipt.position().partition());
    long deadline = System.nanoTime() + BUDGET.toNanos();
    try (KafkaConsumer<String, InteractionEvent> consumer = consumer()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, receipt.position().offset());
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<String, InteractionEvent> record :
            consumer.poll(Duration.ofMillis(200))) {
          boolean found = record.value().getEventId().equals(receipt.id());
          return found ? Optional.of(record.value().getUserId()) : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (KafkaException e) {
      return Optional.empty();
    }
  }

  private KafkaConsumer<String, InteractionEvent> consumer() {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            "response-api-receipts",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            1,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    return new KafkaConsumer<>(
        config, new StringDeserializer(), new AvroDeserializer<>(registry, InteractionEvent.class));
  }
}
