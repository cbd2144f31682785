package dev.attune.kafka.reader;

import dev.attune.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads committed records of a topic, values as bytes, up to what it holds or following it. Commits
 * nothing: who opens a reader says where it starts. Opening it never waits: Kafka is asked at the
 * first {@link #poll}. Used by one thread; {@link #wakeUp} and {@link #progress} by any.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** A broker that doesn't answer within this is away. */
  private static final int PATIENCE_MILLIS = 10_000;

  private final KafkaConsumer<String, byte[]> consumer;
  private final Consumer<TopicReader> begin;
  private final Map<TopicPartition, Long> starts = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private boolean begun;
  private volatile double progress;

  private TopicReader(
      KafkaSettings kafka, String clientId, Map<String, ?> more, Consumer<TopicReader> begin) {
    Map<String, Object> needed = new HashMap<>();
    needed.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    needed.putAll(more);
    // half a transaction is nobody's business
    needed.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    needed.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    needed.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // only where a start has expired before it was read
    needed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    this.consumer =
        new KafkaConsumer<>(
            kafka.client(clientId, needed), new StringDeserializer(), new ByteArrayDeserializer());
    this.begin = begin;
  }

  /**
   * All of a topic.
   *
   * @param clientId how the broker's logs and metrics name this reader
   */
  public static TopicReader of(KafkaSettings kafka, String clientId, String topic, StartAt start) {
    return new TopicReader(
        kafka, clientId, Map.of(), reader -> reader.assign(reader.partitions(topic), start));
  }

  /** One partition. */
  public static TopicReader ofPartition(
      KafkaSettings kafka, String clientId, TopicPartition partition, StartAt start) {
    return new TopicReader(
        kafka, clientId, Map.of(), reader -> reader.assign(List.of(partition), start));
  }

  /**
   * A share of topics, which a consumer group's members divide among them. Whoever gets a partition
   * starts anew there.
   *
   * @param more properties of the consumer
   * @param reassigned told when the share changes, before anything of the new one is read
   */
  public static TopicReader ofGroup(
      KafkaSettings kafka,
      String group,
      List<String> topics,
      StartAt start,
      Map<String, ?> more,
      Runnable reassigned) {
    Map<String, Object> all = new HashMap<>(more);
    all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    return new TopicReader(
        kafka, group, all, reader -> reader.subscribe(topics, start, reassigned));
  }

  private List<TopicPartition> partitions(String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new KafkaException("there is no topic " + topic);
    }
    return found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  private void assign(List<TopicPartition> partitions, StartAt start) {
    starts.putAll(start.offsets(consumer, partitions));
    ends.putAll(consumer.endOffsets(partitions));
    consumer.assign(partitions);
    starts.forEach(consumer::seek);
  }

  private void subscribe(List<String> topics, StartAt start, Runnable reassigned) {
    consumer.subscribe(
        topics,
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            reassigned.run();
          }

          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            start.offsets(consumer, partitions).forEach(consumer::seek);
          }
        });
  }

  /**
   * The next records, possibly none for now.
   *
   * @throws KafkaException when Kafka doesn't answer or refuses
   * @throws WakeupException after {@link #wakeUp}
   */
  public ConsumerRecords<String, byte[]> poll() {
    begin();
    ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
    progress = 1 - (double) left() / Math.max(1, distance());
    return records;
  }

  /** Reads up to what the topic held at the first poll; each partition's records in their order. */
  public void readToEnd(Consumer<ConsumerRecord<String, byte[]>> each) {
    while (!isCaughtUp()) {
      poll().forEach(each);
    }
  }

  private void begin() {
    if (!begun) {
      begin.accept(this);
      begun = true;
    }
  }

  /** Whether everything was read that was there at the first poll; not for groups. */
  public boolean isCaughtUp() {
    begin();
    return left() == 0;
  }

  /**
   * The offset of a partition up to which everything was read. Behind the last record there may be
   * offsets that are none's, such as the marker of a transaction's end.
   */
  public long position(TopicPartition partition) {
    begin();
    return consumer.position(partition);
  }

  /** How much of it was read, 0 to 1. */
  public double progress() {
    return progress;
  }

  private long left() {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
        .sum();
  }

  private long distance() {
    return ends.entrySet().stream()
        .mapToLong(end -> end.getValue() - starts.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  /** Ends what the reading thread waits for: an interrupted consumer can't leave its group. */
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
