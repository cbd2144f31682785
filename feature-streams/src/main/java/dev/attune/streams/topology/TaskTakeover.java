package dev.attune.streams.topology;

import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * How one task takes over from its predecessor: it is silent while it reads what the predecessor
 * publishes or has published, and publishes everything after that.
 */
final class TaskTakeover {
  private final Predecessor predecessor;
  private final int partition;
  private boolean over;
  private boolean silent;

  TaskTakeover(Predecessor predecessor, int partition) {
    this.predecessor = predecessor;
    this.partition = partition;
    this.over = predecessor == Predecessor.NONE;
    if (!over) {
      predecessor.open(partition);
    }
  }

  /** Whether nothing may be published now. */
  boolean isSilent() {
    return silent;
  }

  /** Whether the predecessor has nothing more to publish of this partition. */
  boolean isOver() {
    return over;
  }

  /** To be told of each record before it is processed; true when the handover ends with it. */
  boolean endsAt(RecordMetadata source) {
    silent = !over && predecessor.published(source);
    return !silent && end();
  }

  /** True when the handover ends now, without a further record. */
  boolean endsWithoutRecord() {
    return !over && !predecessor.isAhead(partition) && end();
  }

  private boolean end() {
    boolean ends = !over;
    over = true;
    silent = false;
    return ends;
  }
}
