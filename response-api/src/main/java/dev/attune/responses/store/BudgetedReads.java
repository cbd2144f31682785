package dev.attune.responses.store;

import dev.attune.predictions.PredictionReader;
import dev.attune.predictions.StoredEntry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads that always tell something within a budget. A breaker stops asking a Redis that fails half
 * of its reads.
 */
final class BudgetedReads {
  /**
   * What a read found.
   *
   * @param reached false: Redis did not answer in time, or was not asked
   */
  record Found(boolean reached, @Nullable StoredEntry held) {
    static final Found UNREACHED = new Found(false, null);
  }

  private static final Timer UNRECORDED = new CompositeMeterRegistry().timer("apart");

  private final PredictionReader reader;
  private final EventLoop thread;
  private final long budgetNanos;
  private final CircuitBreaker breaker;
  private final Timer time;

  /**
   * @param thread whose clock ends a read, and on which it is told
   */
  BudgetedReads(
      PredictionReader reader,
      EventLoop thread,
      Duration budget,
      CircuitBreaker breaker,
      Timer time) {
    this.reader = reader;
    this.thread = thread;
    this.budgetNanos = budget.toNanos();
    this.breaker = breaker;
    this.time = time;
  }

  /** The same reads within another budget, of which no breaker or metric hears. */
  BudgetedReads apart(Duration budget) {
    var never = CircuitBreaker.ofDefaults("apart");
    never.transitionToDisabledState();
    return new BudgetedReads(reader, thread, budget, never, UNRECORDED);
  }

  /** Completed on the thread, never with a failure. */
  CompletableFuture<Found> newest(String userId) {
    if (!breaker.tryAcquirePermission()) {
      return CompletableFuture.completedFuture(Found.UNREACHED);
    }
    var found = new CompletableFuture<Found>();
    long start = System.nanoTime();
    var end =
        thread.schedule(
            () -> tell(found, start, null, new TimeoutException()),
            budgetNanos,
            TimeUnit.NANOSECONDS);
    var unused =
        reader
            .newest(userId)
            .whenComplete(
                (newest, failure) -> {
                  end.cancel(false);
                  onThread(() -> tell(found, start, newest, failure));
                });
    return found;
  }

  private void onThread(Runnable task) {
    if (thread.inEventLoop()) {
      task.run();
    } else {
      thread.execute(task);
    }
  }

  private void tell(
      CompletableFuture<Found> found,
      long start,
      @Nullable Optional<StoredEntry> newest,
      @Nullable Throwable failure) {
    if (found.isDone()) {
      return;
    }
    long took = System.nanoTime() - start;
    time.record(took, TimeUnit.NANOSECONDS);
    if (newest == null) {
      breaker.onError(took, TimeUnit.NANOSECONDS, failure);
      found.complete(Found.UNREACHED);
    } else {
      breaker.onSuccess(took, TimeUnit.NANOSECONDS);
      found.complete(new Found(true, newest.orElse(null)));
    }
  }
}
