package dev.attune.system.scale;

import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.schemas.Topics;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * How many of the events since a moment are applied. Each leaves one row in {@code
 * session-features}, in the partition of its own number, so that the ends of the partitions tell
 * it, and the instances, which have little processor time, need not be asked. Ends also count a
 * record for each transaction, one in two seconds and partition: so much it is ahead.
 */
final class Applied {
  private final Topics topics = Topics.standard();
  private final KafkaAdmin kafka;
  private final Map<TopicPartition, Long> events;
  private final Map<TopicPartition, Long> rows;

  private Applied(KafkaAdmin kafka) {
    this.kafka = kafka;
    this.events = kafka.end(topics.interactionEvents());
    this.rows = kafka.end(topics.sessionFeatures());
  }

  static Applied sinceNow(KafkaAdmin kafka) {
    return new Applied(kafka);
  }

  long count() {
    return grown(rows, topics.sessionFeatures()).values().stream().mapToLong(n -> n).sum();
  }

  boolean all() {
    return partitionsDone() == events.size();
  }

  long partitionsDone() {
    Map<Integer, Long> came = grown(events, topics.interactionEvents());
    Map<Integer, Long> applied = grown(rows, topics.sessionFeatures());
    return came.entrySet().stream()
        .filter(partition -> applied.getOrDefault(partition.getKey(), 0L) >= partition.getValue())
        .count();
  }

  private Map<Integer, Long> grown(Map<TopicPartition, Long> since, String topic) {
    return kafka.end(topic).entrySet().stream()
        .collect(
            Collectors.toMap(
                end -> end.getKey().partition(),
                end -> end.getValue() - since.getOrDefault(end.getKey(), 0L)));
  }
}
