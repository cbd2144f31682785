package dev.attune.kafka.topic;

import java.util.List;

/** What became of a topic that has to be there. */
public sealed interface TopicOutcome {
  String topic();

  /** It was missing. */
  record Created(String topic, int partitions, int copies) implements TopicOutcome {}

  /**
   * It is there, and stays as it is.
   *
   * @param differences from what is asked for, in words; none: it is as asked for
   */
  record There(String topic, List<String> differences) implements TopicOutcome {}

  /** It is missing, and Kafka doesn't make it. */
  record Refused(String topic, String reason) implements TopicOutcome {}
}
