package dev.attune.cli.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from a time up to what it holds now, as bytes; belongs to no consumer group. */
final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private final String bootstrapServers;
  private volatile double progress;

  TopicReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * @param fromMillis the receipt time to start at; records keep the topic's order per partition
   */
  void read(String topic, long fromMillis, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    progress = 0;
    try (var consumer =
        new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Long> starts = starts(consumer, ends, fromMillis);
      starts.forEach(consumer::seek);
      while (left(consumer, ends) > 0) {
        consumer.poll(POLL).forEach(sink);
        progress = 1 - (double) left(consumer, ends) / distance(starts, ends);
      }
    }
    progress = 1;
  }

  /** How much was read, 0 to 1. */
  double progress() {
    return progress;
  }

  private Map<String, Object> settings() {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
        false,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false);
  }

  private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    return known == null
        ? List.of()
        : known.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  private static Map<TopicPartition, Long> starts(
      KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends, long fromMillis) {
    var times = new HashMap<TopicPartition, Long>();
    ends.keySet().forEach(partition -> times.put(partition, Math.max(0, fromMillis)));
    var starts = new HashMap<TopicPartition, Long>();
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, found) ->
                starts.put(
                    partition,
                    Optional.ofNullable(found)
                        .map(OffsetAndTimestamp::offset)
                        .orElse(ends.get(partition))));
    return starts;
  }

  private static long left(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
        .sum();
  }

  private static long distance(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
    return Math.max(
        1,
        ends.entrySet().stream()
            .mapToLong(e -> e.getValue() - starts.getOrDefault(e.getKey(), 0L))
            .sum());
  }
}
