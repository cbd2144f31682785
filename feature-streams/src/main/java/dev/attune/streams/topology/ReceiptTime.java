package dev.attune.streams.topology;

import java.time.InstantSource;
import org.apache.kafka.common.TopicPartition;

/**
 * The receipt time up to which a task has read a partition: whatever was received before has been
 * processed. It is that of the newest record read, or the last time at which nothing was waiting;
 * never the clock's alone. By the clock, what waits in the topic after an outage would come too
 * late: each session would be closed as silent and said anew with each of its next events, each
 * window without the events that belong to it.
 *
 * <p>That nothing waits is only believed when Kafka has said so ({@link ReadProgress}). A pause
 * without records says nothing: Kafka may be away, or the task has just begun.
 */
public final class ReceiptTime {
  private final InstantSource clock;
  private final ReadProgress caughtUp;
  private final TopicPartition partition;
  private long newest;

  public ReceiptTime(TopologyContext shared, TopicPartition partition) {
    this.clock = shared.clock();
    this.caughtUp = shared.caughtUp();
    this.partition = partition;
  }

  /** A record with this receipt time was read. */
  public void reached(long receivedAt) {
    newest = Math.max(newest, receivedAt);
  }

  /** Epoch milliseconds; 0 while nothing is known. */
  public long now() {
    return Math.max(Math.min(clock.millis(), newest), caughtUp.at(partition));
  }
}
