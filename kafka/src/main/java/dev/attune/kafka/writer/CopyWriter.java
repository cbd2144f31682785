package dev.attune.kafka.writer;

import dev.attune.kafka.KafkaSettings;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records by the thousand that were in Kafka before, each into the partition that it had.
 * Used by one thread; {@link #finish} tells whether Kafka has them all, in their order.
 */
public final class CopyWriter implements AutoCloseable {
  private static final int BATCH_BYTES = 64 << 10;

  private final KafkaProducer<String, byte[]> producer;
  private volatile @Nullable KafkaException failure;

  /**
   * @param clientId as Kafka's own logs and quotas name it
   */
  public CopyWriter(KafkaSettings kafka, String clientId) {
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
            kafka.producer(clientId, needed), new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Adds a partition's next record.
   *
   * @param timestamp that it had, epoch milliseconds; null: now
   * @param value null: a tombstone
   * @throws KafkaException when Kafka refused an earlier one
   */
  public void write(
      String topic,
      int partition,
      @Nullable Long timestamp,
      @Nullable String key,
      byte @Nullable [] value,
      Iterable<Header> headers) {
    requireNoFailure();
    var unused =
        producer.send(
            new ProducerRecord<>(topic, partition, timestamp, key, value, headers),
            (_, failed) ->
                failure =
                    failed == null
                        ? failure
                        : new KafkaException(
                            topic + " can't be written: " + failed.getMessage(), failed));
  }

  /**
   * Waits until Kafka has everything.
   *
   * @throws KafkaException when Kafka refused something
   */
  public void finish() {
    producer.flush();
    requireNoFailure();
  }

  private void requireNoFailure() {
    KafkaException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
