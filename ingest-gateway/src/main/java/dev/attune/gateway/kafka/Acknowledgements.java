package dev.attune.gateway.kafka;

import dev.attune.gateway.kafka.Published.Acknowledged;
import dev.attune.gateway.kafka.Published.Reason;
import dev.attune.gateway.kafka.Published.Unacknowledged;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Gathers the broker's answers to one batch. The producer's thread counts down, the request's
 * thread waits; the first failure or the last acknowledgement wakes it.
 */
final class Acknowledgements {
  private final String[] tokens;
  private final AtomicInteger open;
  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicReference<Reason> failure = new AtomicReference<>();

  Acknowledgements(int events) {
    this.tokens = new String[events];
    this.open = new AtomicInteger(events);
  }

  Callback of(int index) {
    return (metadata, exception) -> {
      if (exception != null) {
        failure.compareAndSet(
            null, exception instanceof TimeoutException ? Reason.NO_ROOM : Reason.FAILED);
        done.countDown();
        return;
      }
      tokens[index] = metadata.partition() + "-" + metadata.offset();
      if (open.decrementAndGet() == 0) {
        done.countDown();
      }
    };
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  Published await(long deadlineNanos) {
    try {
      if (!done.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return new Unacknowledged(Reason.DEADLINE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Unacknowledged(Reason.DEADLINE);
    }
    Reason reason = failure.get();
    return reason == null ? new Acknowledged(Arrays.asList(tokens)) : new Unacknowledged(reason);
  }
}
