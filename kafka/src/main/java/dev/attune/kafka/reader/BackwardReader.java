package dev.attune.kafka.reader;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.topic.KeyPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A key's records, the newest first: reads the committed records of its partition from the end to
 * the beginning, in steps of so many offsets, each of them forwards. Who stops early has the newest
 * ones. Commits nothing. For one thread.
 */
public final class BackwardReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A broker that doesn't answer within this is away. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final KafkaConsumer<String, byte[]> consumer;
  private final TopicPartition partition;
  private final String key;
  private final long size;
  private final long beginning;
  private long next;

  /**
   * What a step found.
   *
   * @param records of the key, oldest first
   * @param since time of the oldest record that it looked at, of whatever key; null: there was none
   * @param over whether the time was over before the step was
   */
  public record Step(
      List<ConsumerRecord<String, byte[]>> records, @Nullable Long since, boolean over) {}

  /**
   * @param clientId how the broker's logs and metrics name this reader
   * @param size offsets of a step
   * @throws KafkaException when Kafka doesn't answer
   */
  public BackwardReader(KafkaSettings kafka, String clientId, String topic, String key, long size) {
    Map<String, Object> needed =
        Map.of(
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            PATIENCE_MILLIS,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    this.consumer =
        new KafkaConsumer<>(
            kafka.client(clientId, needed), new StringDeserializer(), new ByteArrayDeserializer());
    try {
      this.key = key;
      this.size = size;
      this.partition = new TopicPartition(topic, KeyPartition.of(key, partitions(topic)));
      consumer.assign(List.of(partition));
      this.beginning = offset(consumer.beginningOffsets(List.of(partition)));
      this.next = offset(consumer.endOffsets(List.of(partition)));
    } catch (KafkaException e) {
      consumer.close();
      throw e;
    }
  }

  private int partitions(String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic " + topic);
    }
    return found.size();
  }

  private long offset(Map<TopicPartition, Long> offsets) {
    return offsets.getOrDefault(partition, 0L);
  }

  /** Whether the oldest record was reached. */
  public boolean isDone() {
    return next <= beginning;
  }

  /**
   * The next step towards the beginning. One whose time was over has nothing of which it could be
   * said that nothing is missing in between, so it is empty.
   *
   * @param deadline by the nano clock
   * @throws KafkaException when Kafka doesn't answer
   */
  public Step step(long deadline) {
    long to = next;
    long from = Math.max(beginning, to - size);
    List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
    Long since = null;
    consumer.seek(partition, from);
    while (consumer.position(partition) < to) {
      if (System.nanoTime() >= deadline) {
        return new Step(List.of(), null, true);
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.offset() >= to) {
          break;
        }
        since = since == null ? record.timestamp() : Math.min(since, record.timestamp());
        if (key.equals(record.key())) {
          found.add(record);
        }
      }
    }
    next = from;
    return new Step(found, since, false);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
