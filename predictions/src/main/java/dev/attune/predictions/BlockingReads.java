package dev.attune.predictions;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Waits for predictions with blocking reads: Redis wakes a waiter up, nobody polls. Each takes a
 * connection for itself, in a cluster one to each node that it has asked; they are bounded in
 * number and kept for the next. Thread-safe.
 */
public interface BlockingReads {
  /**
   * The first prediction above a version; empty when none came in time. Fails at once when all
   * connections are taken, and when Redis is away.
   *
   * @param above an entry id, see {@link PredictionKey#before}; {@code 0-0} is below every one
   * @param time at least a millisecond
   */
  CompletableFuture<Optional<StoredEntry>> next(String userId, String above, Duration time);
}
