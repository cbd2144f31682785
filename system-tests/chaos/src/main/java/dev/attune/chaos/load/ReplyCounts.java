package dev.attune.chaos.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/** What chat clients got. Thread-safe. */
public final class ReplyCounts {
  private static final long LONGEST_MICROS = TimeUnit.SECONDS.toMicros(60);

  private final LongAdder answered = new LongAdder();
  private final LongAdder generic = new LongAdder();
  private final LongAdder serverErrors = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final ConcurrentHistogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);

  void answered(long nanos, boolean storeUnavailable) {
    answered.increment();
    if (storeUnavailable) {
      generic.increment();
    }
    micros.recordValue(Math.clamp(nanos / 1_000, 1, LONGEST_MICROS));
  }

  void failed(int status) {
    (status >= 500 ? serverErrors : refused).increment();
  }

  void broke() {
    broken.increment();
  }

  public long all() {
    return answered.sum() + failures();
  }

  /** Replies that were given for want of Redis. */
  public long generic() {
    return generic.sum();
  }

  public long serverErrors() {
    return serverErrors.sum();
  }

  /** Without an answer: the connection was refused, broke or stayed silent. */
  public long broken() {
    return broken.sum();
  }

  /** All that was not answered with 200. */
  public long failures() {
    return serverErrors.sum() + refused.sum() + broken.sum();
  }

  /** Milliseconds of the replies that came. */
  public double p99() {
    return micros.getValueAtPercentile(99) / 1e3;
  }
}
