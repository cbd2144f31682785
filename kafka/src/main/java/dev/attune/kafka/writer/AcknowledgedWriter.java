package dev.attune.kafka.writer;

import dev.attune.kafka.FailureReason;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes a record now and then, and returns when all of Kafka's replicas have it. Thread-safe. */
public final class AcknowledgedWriter implements AutoCloseable {
  /** Such records are rare and small. */
  private static final long BUFFER_BYTES = 1L << 20;

  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final String clientId;
  private final int patienceMillis;
  private @Nullable KafkaProducer<String, SpecificRecord> producer;

  /**
   * @param clientId as Kafka's own logs and quotas name it
   * @param patience how long a record may take
   */
  public AcknowledgedWriter(
      KafkaSettings kafka, SchemaRegistryClient registry, String clientId, Duration patience) {
    this.kafka = kafka;
    this.registry = registry;
    this.clientId = clientId;
    this.patienceMillis = (int) patience.toMillis();
  }

  /**
   * @param value null: a tombstone
   * @throws NotWrittenException when Kafka did not say in time that it has the record; it may have
   *     been written all the same
   */
  public RecordMetadata write(String topic, String key, @Nullable SpecificRecord value)
      throws NotWrittenException {
    try {
      return producer()
          .send(new ProducerRecord<>(topic, key, value))
          .get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotWrittenException(topic + " can't be written: this process is being stopped", e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw new NotWrittenException(topic + " can't be written: " + FailureReason.of(kafka, e), e);
    }
  }

  /** Made at the first record: most processes never write one. */
  private synchronized KafkaProducer<String, SpecificRecord> producer() {
    KafkaProducer<String, SpecificRecord> known = producer;
    if (known == null) {
      Map<String, Object> needed =
          Map.of(
              ProducerConfig.ACKS_CONFIG,
              "all",
              ProducerConfig.BUFFER_MEMORY_CONFIG,
              BUFFER_BYTES,
              ProducerConfig.MAX_BLOCK_MS_CONFIG,
              patienceMillis / 2,
              ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
              patienceMillis / 2,
              ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
              patienceMillis);
      known =
          new KafkaProducer<>(
              kafka.producer(clientId, needed),
              new StringSerializer(),
              new AvroSerializer<>(registry));
      producer = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofMillis(patienceMillis));
    }
  }
}
