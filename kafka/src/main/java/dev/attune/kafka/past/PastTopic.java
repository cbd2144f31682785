package dev.attune.kafka.past;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The topic of the past of one application. It has as many partitions as {@code interaction-events}
 * and the events of each in their order. It lives from the beginning of a backfill to its switch.
 */
public final class PastTopic {
  private static final String SUFFIX = "-past-events";

  /**
   * As long as the events' own topic from now on: a backfill that nobody ends must not keep them.
   */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final Duration SEGMENT = Duration.ofHours(24);

  private PastTopic() {}

  /** Under the application's prefix, for which it has its rights. */
  public static String name(String applicationId) {
    return applicationId + SUFFIX;
  }

  /** Whether it is the topic of some application's past. */
  public static boolean is(String topic) {
    return topic.endsWith(SUFFIX);
  }

  /** Makes it, if it isn't there. */
  public static void create(KafkaAdmin admin, String topic, int partitions) {
    admin.create(
        topic,
        partitions,
        Map.of(
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime",
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(KEPT.toMillis()),
            TopicConfig.SEGMENT_MS_CONFIG,
            Long.toString(SEGMENT.toMillis()),
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE));
  }

  /**
   * What it holds.
   *
   * @param last each partition's last event, as it was in {@code interaction-events}
   * @param isWhole false when an event is missing before the last one
   */
  public record Content(Map<Integer, PastOrigin> last, boolean isWhole) {}

  /** Reads its last records. */
  public static Content content(KafkaSettings kafka, String topic) {
    Map<Integer, PastOrigin> last = new HashMap<>();
    boolean[] whole = {true};
    try (TopicReader reader = TopicReader.of(kafka, "attune-past", topic, new StartAt.Tail(1))) {
      reader.readToEnd(
          record -> {
            PastOrigin origin = PastOrigin.of(record.headers());
            whole[0] &= origin != null && origin.number() == record.offset();
            if (origin != null) {
              last.put(record.partition(), origin);
            }
          });
    }
    return new Content(last, whole[0]);
  }

  /**
   * Where the decisions begin that are newer than the past, by partition. They belong to events
   * that come after it, and are left for later.
   */
  public static Map<TopicPartition, Long> laterDecisions(
      KafkaSettings kafka, KafkaAdmin admin, String topic) {
    Map<Integer, Long> until = new HashMap<>();
    content(kafka, topic)
        .last()
        .forEach((partition, event) -> until.put(partition, event.timestamp()));
    return admin.since(kafka.topics().names().decisions(), until);
  }

  /**
   * Lets a group that has read the past, and none of {@code interaction-events} yet, go on with the
   * decisions that were left for later. The group must have no members.
   */
  public static void keepLaterDecisions(
      KafkaSettings kafka, KafkaAdmin admin, String topic, String group) {
    String events = kafka.topics().names().interactionEvents();
    Map<TopicPartition, Long> read = admin.settled(group);
    if (read.keySet().stream().noneMatch(partition -> partition.topic().equals(events))) {
      Map<TopicPartition, Long> later = laterDecisions(kafka, admin, topic);
      later.entrySet().removeIf(each -> read.getOrDefault(each.getKey(), 0L) <= each.getValue());
      if (!later.isEmpty()) {
        admin.move(group, later);
      }
    }
  }
}
