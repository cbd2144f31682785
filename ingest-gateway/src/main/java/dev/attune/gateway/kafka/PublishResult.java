package dev.attune.gateway.kafka;

import java.util.List;

/** What became of a batch. */
public sealed interface PublishResult {
  /** The broker has every event; positions in the order of the batch. */
  record Acknowledged(List<String> tokens) implements PublishResult {}

  /** At least one event is not known to be stored. */
  record Unacknowledged(Reason reason) implements PublishResult {}

  /** Why; a label of the metrics. */
  enum Reason {
    /** Still starting: topics and schemas are not there yet. */
    STARTING,
    /** More requests wait for the broker than it serves in good time. */
    OVERLOADED,
    /** The producer's buffer is full, or the topic's leader is not known. */
    NO_ROOM,
    /** No acknowledgement within the deadline. */
    DEADLINE,
    /** The broker has an event but doesn't know where any more; sent again, it gets its token. */
    NO_OFFSET,
    /** The broker refused. */
    FAILED
  }
}
