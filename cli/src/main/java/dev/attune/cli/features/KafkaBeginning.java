package dev.attune.cli.features;

import dev.attune.kafka.admin.KafkaAdmin;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches whether a recount began where it should. Between the look for the first record and the
 * first read Kafka may delete more: a reader then begins behind it without a word. So once a
 * partition is being read, Kafka must still begin where it did.
 */
final class KafkaBeginning {
  private final KafkaAdmin admin;
  private final String applicationId;
  private final Map<TopicPartition, Long> border;
  private final Set<TopicPartition> unread;
  private boolean lost;

  /**
   * @param border the first record to be read, by partition; empty: any may be
   */
  KafkaBeginning(KafkaAdmin admin, String applicationId, Map<TopicPartition, Long> border) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.border = border;
    Map<TopicPartition, Long> read = border.isEmpty() ? Map.of() : admin.committed(applicationId);
    this.unread = new HashSet<>(border.keySet());
    // an earlier run has begun with these
    unread.removeIf(partition -> isBegun(partition, read));
  }

  /** Looks again; stays true once it is. */
  boolean isLost() {
    if (!lost && !unread.isEmpty()) {
      Map<TopicPartition, Long> read = admin.committed(applicationId);
      Set<TopicPartition> begun = new HashSet<>(unread);
      begun.removeIf(partition -> !isBegun(partition, read));
      lost = begun.stream().anyMatch(partition -> admin.first(partition) > begin(partition));
      unread.removeAll(begun);
    }
    return lost;
  }

  private boolean isBegun(TopicPartition partition, Map<TopicPartition, Long> read) {
    return read.getOrDefault(partition, 0L) > begin(partition);
  }

  private long begin(TopicPartition partition) {
    return border.getOrDefault(partition, 0L);
  }
}
