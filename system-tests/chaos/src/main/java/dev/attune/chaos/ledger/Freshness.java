package dev.attune.chaos.ledger;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long accepted events took to be in their users' predictions. */
public final class Freshness {
  private final Histogram waitedMicros = new Histogram(3);
  private final Histogram scoredMillis = new Histogram(3);

  void waited(long nanos) {
    waitedMicros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  void scored(long millis) {
    scoredMillis.recordValue(Math.max(0, millis));
  }

  void add(Freshness other) {
    waitedMicros.add(other.waitedMicros);
    scoredMillis.add(other.scoredMillis);
  }

  /** Events that were waited for and came. */
  long events() {
    return waitedMicros.getTotalCount();
  }

  /** From the client's 2xx to a look that found the event; as exact as looks are frequent. */
  Duration longestWait() {
    return Duration.of(waitedMicros.getMaxValue(), TimeUnit.MICROSECONDS.toChronoUnit());
  }

  /** Predictions that were seen. */
  public long predictions() {
    return scoredMillis.getTotalCount();
  }

  /** Milliseconds from the gateway's receipt to the score, as the predictions themselves say. */
  public long p99() {
    return scoredMillis.getValueAtPercentile(99);
  }
}
