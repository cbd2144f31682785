package dev.attune.chaos.stack;

import dev.attune.chaos.ledger.SeenPredictions;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.StoredPrediction;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Looks into Redis while the load goes on: at everybody whose last event is not there yet, and in
 * turns at some others.
 */
public final class PredictionPoller implements AutoCloseable {
  /** A processor's hundredth: some hundred users are read in milliseconds. */
  private static final long EVERY_MILLIS = 200;

  private static final int OTHERS = 100;

  private final PredictionRows rows;
  private final SeenPredictions seen;
  private final Thread thread;

  PredictionPoller(PredictionRows rows, SeenPredictions seen) {
    this.rows = rows;
    this.seen = seen;
    this.thread = Thread.ofPlatform().daemon().name("prediction-poller").start(this::repeat);
  }

  private void repeat() {
    try {
      while (true) {
        look();
        TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    Set<String> users = seen.next(OTHERS);
    Map<String, Optional<StoredPrediction>> read = rows.read(users);
    long nanos = System.nanoTime();
    read.forEach(
        (user, found) ->
            found.ifPresentOrElse(
                row -> seen.saw(user, position(row), millis(row), nanos),
                () -> seen.sawNone(user)));
  }

  private static Position position(StoredPrediction row) {
    return new Position(row.getEpoch(), row.getPartition(), row.getOffset());
  }

  private static long millis(StoredPrediction row) {
    return row.getPredictedAt() - row.getReceivedAt();
  }

  /**
   * What takes from Redis what it has. No look is under way meanwhile, and none after it is held
   * against one before.
   */
  synchronized void losing(Runnable fault) {
    fault.run();
    seen.forget();
  }

  /**
   * Returns when everybody has all that was accepted before this call.
   *
   * @return how long that took; empty when it was too long
   */
  Optional<Duration> awaitCaughtUp(Duration limit) throws InterruptedException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < limit.toNanos()) {
      if (seen.waiting(began) == 0) {
        return Optional.of(Duration.ofNanos(System.nanoTime() - began));
      }
      TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS / 4);
    }
    return Optional.empty();
  }

  /** One more look, and no other. */
  void finish() {
    close();
    look();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
