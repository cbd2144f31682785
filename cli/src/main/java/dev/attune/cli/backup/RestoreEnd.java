package dev.attune.cli.backup;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import dev.attune.training.UserFault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Once feature-streams has counted what was restored, topics keep records as long as usual again.
 */
public final class RestoreEnd {
  private final KafkaSettings kafka;
  private final String applicationId;
  private final InstantSource clock;

  /**
   * @param applicationId of feature-streams
   */
  public RestoreEnd(KafkaSettings kafka, String applicationId, InstantSource clock) {
    this.kafka = kafka;
    this.applicationId = applicationId;
    this.clock = clock;
  }

  /**
   * @return the topics that were changed
   * @throws UserFault when Kafka would delete records that are not counted yet
   */
  public List<String> run() {
    Topics topics = kafka.topics().names();
    List<String> changed = new ArrayList<>();
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      for (KeptTopic topic : topics.all()) {
        if (topic.name().equals(topics.interactionEvents())
            || topic.name().equals(topics.decisions())) {
          Duration usual = topic.retention().orElseThrow();
          if (admin.retention(topic.name()).compareTo(usual) > 0) {
            requireCounted(topic.name(), usual, admin);
            admin.retain(topic.name(), usual);
            changed.add(topic.name());
          }
        }
      }
    }
    return changed;
  }

  private void requireCounted(String topic, Duration usual, KafkaAdmin admin) {
    Map<Integer, Long> border = new HashMap<>();
    long oldest = clock.millis() - usual.toMillis();
    admin.end(topic).keySet().forEach(partition -> border.put(partition.partition(), oldest));
    Map<TopicPartition, Long> read = admin.settled(applicationId);
    long open = 0;
    for (Map.Entry<TopicPartition, Long> kept : admin.since(topic, border).entrySet()) {
      open += Math.max(0, kept.getValue() - read.getOrDefault(kept.getKey(), 0L));
    }
    if (open > 0) {
      throw new UserFault(
          "feature-streams (%s) has yet to count %,d records of %s that Kafka would delete; try again later."
              .formatted(applicationId, open, topic));
    }
  }
}
