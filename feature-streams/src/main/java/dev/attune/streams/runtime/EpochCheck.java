package dev.attune.streams.runtime;

import dev.attune.schemas.Position;
import dev.attune.streams.topology.Rereads;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether {@code interaction-events} was created anew while the epoch stayed. Then
 * offsets begin again. So the events of known users count as older than their predictions, and
 * these would stay as they are without a word.
 *
 * <p>While this process runs, the sign is the topic's id: Kafka gives each topic a new one.
 *
 * <p>After a restart the sign is a record at or before its user's row. It has a second meaning:
 * without exactly-once, a restart reads again what was applied and not committed, and an operator
 * can set a group's offsets back. The two are told apart by the topic's end, asked for after the
 * record was read. A row that was made from this topic lies before its end. A row at or behind the
 * end comes from another topic.
 *
 * <p>A topic that has already grown past a row can't be told from one that is read again. Its other
 * rows still can, and a user in that state is scored again with the next event.
 *
 * <p>A row of a higher epoch needs no question: the epoch was lowered.
 *
 * <p>What was found stays until the restart that the remedy needs. Threads: stream threads notice,
 * one thread judges, any reads.
 */
public final class EpochCheck implements Rereads {
  private static final Logger log = LoggerFactory.getLogger(EpochCheck.class);

  private final String topic;
  private final int epoch;

  /** The farthest row that a record at or before it was read of; not judged yet. */
  private final Map<Integer, Long> unjudged = new ConcurrentHashMap<>();

  private final SortedSet<Integer> createdAnew = new ConcurrentSkipListSet<>();
  private final AtomicInteger highest;
  private final AtomicLong noticed = new AtomicLong();
  private final AtomicReference<@Nullable Uuid> known = new AtomicReference<>();

  /**
   * @param topic of events
   * @param epoch that is set
   */
  public EpochCheck(String topic, int epoch) {
    this.topic = topic;
    this.epoch = epoch;
    this.highest = new AtomicInteger(epoch);
  }

  @Override
  public void noticed(Position row, Position record) {
    noticed.incrementAndGet();
    if (row.epoch() == epoch) {
      var _ = unjudged.merge(record.partition(), row.offset(), Math::max);
    } else if (highest.getAndAccumulate(row.epoch(), Math::max) < row.epoch()) {
      log.error(
          "the epoch was lowered from {} to {}: predictions of users known before stay as they are."
              + " Set ATTUNE_EPOCH to {} again",
          row.epoch(),
          epoch,
          row.epoch());
    }
  }

  /**
   * @param id that Kafka gave the topic
   * @param partitions of it
   */
  void see(Uuid id, Collection<Integer> partitions) {
    Uuid before = known.getAndSet(id);
    if (before != null && !before.equals(id) && createdAnew.addAll(partitions)) {
      tell(topic);
    }
  }

  /** What to {@link #judge}; taken before the topic's ends are asked for. */
  Map<Integer, Long> unjudged() {
    return Map.copyOf(unjudged);
  }

  /**
   * @param rows from {@link #unjudged}
   * @param ends of the topic's partitions, asked for afterwards
   */
  void judge(Map<Integer, Long> rows, Map<TopicPartition, Long> ends) {
    rows.forEach(
        (partition, row) -> {
          Long end = ends.get(new TopicPartition(topic, partition));
          if (end != null) {
            if (end <= row && createdAnew.add(partition)) {
              tell(topic + "-" + partition);
            }
            unjudged.remove(partition, row);
          }
        });
  }

  private void tell(String what) {
    log.error(
        "{} was created anew and the epoch is still {}: predictions of users known before stay as"
            + " they are. Raise ATTUNE_EPOCH by one in ingest-gateway, feature-streams and"
            + " response-api",
        what,
        epoch);
  }

  /** Partitions that begin again in this epoch. */
  SortedSet<Integer> createdAnew() {
    return createdAnew;
  }

  /** The highest that a row had; the one that is set while none was higher. */
  int highestEpoch() {
    return highest.get();
  }

  int epoch() {
    return epoch;
  }

  /** Records at or before their user's row. */
  long noticed() {
    return noticed.get();
  }

  /** Partitions with such records whose end is still to be asked for. */
  int open() {
    return unjudged.size();
  }
}
