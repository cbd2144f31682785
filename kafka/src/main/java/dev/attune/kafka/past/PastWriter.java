package dev.attune.kafka.past;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes events into the topic of the past. Used by one thread; {@link #finish} tells whether Kafka
 * has them all.
 */
public final class PastWriter implements AutoCloseable {
  private static final int BATCH_BYTES = 64 << 10;

  private final String topic;
  private final String eventsTopic;
  private final AvroSerializer<InteractionEvent> values;
  private final KafkaProducer<String, byte[]> producer;
  private volatile @Nullable Exception failure;

  public PastWriter(KafkaSettings kafka, SchemaRegistryClient registry, String topic) {
    this.topic = topic;
    this.eventsTopic = kafka.topics().names().interactionEvents();
    this.values = new AvroSerializer<>(registry);
    Map<String, Object> needed =
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.LINGER_MS_CONFIG,
            20,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4");
    this.producer =
        new KafkaProducer<>(
            kafka.client("attune-past", needed), new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Adds a partition's next event.
   *
   * @throws KafkaException when Kafka refused an earlier one
   */
  public void write(int partition, InteractionEvent event, PastOrigin origin) {
    requireNoFailure();
    // under the subject that the events' topic has
    byte[] value = values.serialize(eventsTopic, event);
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, partition, event.getUserId(), value, List.of(origin.header())),
            (_, failed) -> failure = failed == null ? failure : failed);
  }

  /** Waits until Kafka has everything. */
  public void finish() {
    producer.flush();
    requireNoFailure();
  }

  private void requireNoFailure() {
    Exception failed = failure;
    if (failed != null) {
      throw new KafkaException(topic + " can't be written: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
