package dev.attune.streams.topology;

import org.apache.kafka.common.TopicPartition;

/** Knows what lies in the topics and is still to be read. */
public interface ReadProgress {
  /**
   * The last time at which the partition held nothing that wasn't read and committed, as far as is
   * known.
   *
   * @return epoch milliseconds of the service's clock; 0 while nothing is known
   */
  long at(TopicPartition partition);
}
