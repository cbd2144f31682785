package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every commit of a stream thread: waits for the calls of the thread's lanes, at most
 * the limit, and has the rest marked as owed.
 *
 * <h2>Where it hooks in</h2>
 *
 * <p>Kafka Streams asks a {@link KafkaClientSupplier} for its clients. The supplier of {@link
 * #clients} wraps them. The barrier is passed before the producer's {@code
 * sendOffsetsToTransaction} (exactly-once), which every transaction's commit begins with, and
 * before the consumer's {@code commitSync} and {@code commitAsync} (at-least-once). Kafka Streams
 * calls them on the stream thread for every commit: periodic, requested, before partitions are
 * revoked, at a clean close. A dirty close commits nothing. With {@code group.protocol=streams}
 * Kafka Streams builds the consumer by itself and a commit would pass unseen: refuse that setting
 * at start.
 *
 * <h2>Why a store may be written there</h2>
 *
 * <p>The barrier runs on the thread that owns the stores, after Kafka Streams flushed them and
 * before the commit. A write to an uncached logged store goes to RocksDB and hands its changelog
 * record to the producer at once.
 *
 * <p>Exactly-once: the transaction is open, since Kafka Streams begins it before it sends offsets.
 * {@code commitTransaction} flushes whatever was sent in it, and fails if that failed. So the mark
 * is committed if and only if the offsets are. At-least-once: nothing flushes any more. So the
 * barrier itself flushes the thread's producer before offsets are committed.
 *
 * <p>A changelog write takes its timestamp from the record context: that of the task's last record
 * or punctuation. A lane with something open has had one.
 */
public final class CommitBarrier {
  private final Duration waitLimit;
  private final Duration submitLimit;
  private final Consumer<Duration> waited;
  private final LongSupplier nanoTime;
  private final ThreadLocal<ThreadLanes> here;

  /**
   * @param waited told how long each commit waited, for metrics
   */
  public CommitBarrier(Duration waitLimit, Duration submitLimit, Consumer<Duration> waited) {
    this(waitLimit, submitLimit, waited, System::nanoTime);
  }

  CommitBarrier(
      Duration waitLimit, Duration submitLimit, Consumer<Duration> waited, LongSupplier nanoTime) {
    this.waitLimit = waitLimit;
    this.submitLimit = submitLimit;
    this.waited = waited;
    this.nanoTime = nanoTime;
    this.here = ThreadLocal.withInitial(this::newThread);
  }

  /** Clients for KafkaStreams that pass the barrier before they commit. */
  public KafkaClientSupplier clients(KafkaClientSupplier delegate) {
    return new BarrierClients(this, delegate);
  }

  /** Returns when the calling thread may commit; the clients call it before each commit. */
  public void pass() {
    ThreadLanes lanes = here.get();
    if (!lanes.isEmpty()) {
      lanes.settle(waitLimit, waited);
    }
  }

  ThreadLanes here() {
    return here.get();
  }

  private ThreadLanes newThread() {
    return new ThreadLanes(new BlockingBudget(submitLimit.toNanos()), nanoTime);
  }

  /** The lanes of one stream thread. Used by that thread, save for {@link #remove}. */
  static final class ThreadLanes {
    private final List<Lane<?, ?>> lanes = new CopyOnWriteArrayList<>();
    private final BlockingBudget budget;
    private final LongSupplier nanoTime;
    private @Nullable Producer<?, ?> producer;

    ThreadLanes(BlockingBudget budget, LongSupplier nanoTime) {
      this.budget = budget;
      this.nanoTime = nanoTime;
    }

    BlockingBudget budget() {
      return budget;
    }

    boolean isEmpty() {
      return lanes.isEmpty();
    }

    void add(Lane<?, ?> lane) {
      lanes.add(lane);
    }

    void remove(Lane<?, ?> lane) {
      lanes.remove(lane);
    }

    /** The producer that this thread sends with. */
    void sendsWith(Producer<?, ?> used) {
      producer = used;
    }

    void settle(Duration limit, Consumer<Duration> waited) {
      long start = nanoTime.getAsLong();
      long deadline = start + limit.toNanos();
      lanes.forEach(lane -> lane.await(deadline));
      waited.accept(Duration.ofNanos(nanoTime.getAsLong() - start));
      boolean wrote = false;
      for (Lane<?, ?> lane : lanes) {
        wrote |= lane.settleOrMark();
      }
      if (wrote && producer != null) {
        producer.flush();
      }
      budget.reset();
    }
  }
}
