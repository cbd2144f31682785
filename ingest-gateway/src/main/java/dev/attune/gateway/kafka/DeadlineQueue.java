package dev.attune.gateway.kafka;

import dev.attune.gateway.kafka.PublishResult.Reason;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends batches that wait too long for the broker. All have the same deadline, so the oldest is
 * always the next to be over: a queue that is swept now and then is enough, and costs less than a
 * timer for each.
 */
final class DeadlineQueue implements AutoCloseable {
  private static final long SWEEP_MILLIS = 20;

  private final long nanos;
  private final Queue<Acknowledgements> waiting = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("deadline").daemon().factory());

  DeadlineQueue(Duration deadline) {
    this.nanos = deadline.toNanos();
    var unused =
        sweeper.scheduleWithFixedDelay(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  void watch(Acknowledgements batch) {
    waiting.add(batch);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Acknowledgements oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
      if (!oldest.areOver()) {
        if (now - oldest.since() < nanos) {
          return;
        }
        oldest.fail(Reason.DEADLINE);
      }
      waiting.remove();
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
