package dev.attune.kafka.reader;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Where reading starts. */
public sealed interface StartAt {
  /** At the oldest record that is kept. */
  record Beginning() implements StartAt {}

  /**
   * At the first record that isn't older.
   *
   * @param millis Unix time, compared with records' own
   */
  record Time(long millis) implements StartAt {}

  /** So long before now, which is when a partition is begun. */
  record Ago(Duration time) implements StartAt {}

  /** Behind the newest record. */
  record End() implements StartAt {}

  /**
   * So many records before the newest one, or at the oldest that is kept.
   *
   * @param records of each partition
   */
  record Tail(long records) implements StartAt {}

  /** At one record. */
  record Offset(long offset) implements StartAt {}

  /**
   * At one record of each of some partitions, and behind the newest one of the others.
   *
   * @param byPartition offsets by the partitions' numbers
   */
  record Offsets(Map<Integer, Long> byPartition) implements StartAt {}

  /** The first offset to read, by partition. */
  default Map<TopicPartition, Long> offsets(
      Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    return switch (this) {
      case Beginning() -> consumer.beginningOffsets(partitions);
      case Time(long millis) -> since(millis, consumer, partitions);
      case Ago(Duration time) ->
          since(System.currentTimeMillis() - time.toMillis(), consumer, partitions);
      case End() -> consumer.endOffsets(partitions);
      case Tail(long records) -> tail(records, consumer, partitions);
      case Offset(long offset) -> all(partitions, offset);
      case Offsets(Map<Integer, Long> byPartition) -> named(byPartition, consumer, partitions);
    };
  }

  private static Map<TopicPartition, Long> tail(
      long records, Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> starts = new HashMap<>(consumer.beginningOffsets(partitions));
    consumer
        .endOffsets(partitions)
        .forEach((partition, end) -> starts.merge(partition, end - records, Math::max));
    return starts;
  }

  private static Map<TopicPartition, Long> since(
      long millis, Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> starts = new HashMap<>(consumer.endOffsets(partitions));
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(all(partitions, Math.max(0, millis)));
    starts.replaceAll(
        (partition, end) -> {
          OffsetAndTimestamp first = found.get(partition);
          return first == null ? end : Long.valueOf(first.offset());
        });
    return starts;
  }

  private static Map<TopicPartition, Long> named(
      Map<Integer, Long> byPartition,
      Consumer<?, ?> consumer,
      Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> starts = new HashMap<>(consumer.endOffsets(partitions));
    starts.replaceAll((partition, end) -> byPartition.getOrDefault(partition.partition(), end));
    return starts;
  }

  private static Map<TopicPartition, Long> all(Collection<TopicPartition> partitions, long value) {
    Map<TopicPartition, Long> all = new HashMap<>();
    partitions.forEach(partition -> all.put(partition, value));
    return all;
  }
}
