package dev.attune.responses.topic;

import dev.attune.http.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/** Reads of topics that take seconds: two of a kind at a time, others wait a moment. */
public final class LongReads {
  /** With a read of 20 s less than the 30 s for which the console waits for an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(7);

  private static final int AT_ONCE = 2;

  private final Semaphore places = new Semaphore(AT_ONCE, true);
  private final String busy;

  /**
   * @param busy what is said to whom has waited in vain: "Other histories are being read."
   */
  public LongReads(String busy) {
    this.busy = busy;
  }

  /**
   * @throws Problem {@code unavailable} when others read for too long, or Kafka doesn't answer
   */
  public <T> T take(Supplier<T> read) {
    if (!hasPlace()) {
      throw Problem.unavailable(busy + " Try again in a moment.");
    }
    try {
      return read.get();
    } catch (KafkaException e) {
      throw Problem.unavailable("The topics can't be read now.");
    } finally {
      places.release();
    }
  }

  private boolean hasPlace() {
    try {
      return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
