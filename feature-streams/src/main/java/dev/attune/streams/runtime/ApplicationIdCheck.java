package dev.attune.streams.runtime;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.schemas.Topics;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an application id is this installation's alone. Two installations in one Kafka, with
 * topics of another prefix each, that share an id would take each other's partitions away, and keep
 * their users' rows in the same changelogs.
 */
public final class ApplicationIdCheck {
  private static final Logger log = LoggerFactory.getLogger(ApplicationIdCheck.class);
  private static final String EVENTS = new Topics("").interactionEvents();

  private final KafkaSettings kafka;
  private final String applicationId;
  private SortedSet<String> told = new TreeSet<>();

  public ApplicationIdCheck(KafkaSettings kafka, String applicationId) {
    this.kafka = kafka;
    this.applicationId = applicationId;
  }

  /** False, with a line in the log, when its group has read another installation's events. */
  public boolean isOwn() {
    SortedSet<String> foreign = new TreeSet<>();
    try (var admin = new KafkaAdmin(kafka)) {
      admin.committed(applicationId).keySet().stream()
          .map(TopicPartition::topic)
          .filter(this::isOfAnother)
          .forEach(foreign::add);
    }
    if (!foreign.isEmpty() && !foreign.equals(told)) {
      told = foreign;
      log.error(
          "the application id {} is another installation's, which reads {}: set"
              + " ATTUNE_STREAMS_APPLICATION_ID to one of your own",
          applicationId,
          String.join(", ", foreign));
    }
    return foreign.isEmpty();
  }

  private boolean isOfAnother(String topic) {
    return topic.endsWith(EVENTS)
        && !PastTopic.is(topic)
        && !topic.equals(kafka.topics().names().interactionEvents());
  }
}
