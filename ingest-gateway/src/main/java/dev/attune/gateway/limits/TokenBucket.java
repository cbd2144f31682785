package dev.attune.gateway.limits;

/**
 * A token bucket in one number, as the generic cell rate algorithm (GCRA) has it: when it will be
 * full again. A token that is taken puts that time off by the time in which one token flows in, so
 *
 * <pre>
 * missing tokens = max(0, fullAt - now) · tokens a second
 * </pre>
 *
 * One that was never used, or not for long, is full. Not safe for threads.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  /**
   * How fast tokens flow in, and how many the bucket holds.
   *
   * @param perSecond 0: no limit
   */
  record Rate(long perSecond, long capacity) {
    boolean isLimit() {
      return perSecond > 0;
    }

    private long nanosFor(long tokens) {
      return (long) (tokens * NANOS / perSecond);
    }
  }

  private long fullAt;

  TokenBucket(long now) {
    this.fullAt = now;
  }

  /**
   * How long to wait until so many tokens may be taken, in nanoseconds; 0: now. More than the
   * bucket holds may be taken when it is full, or a large batch could never pass.
   */
  long nanosUntil(Rate rate, long tokens, long now) {
    return rate.isLimit() && tokens > 0
        ? Math.max(
            0,
            nanosUntilFull(now)
                + rate.nanosFor(Math.min(tokens, rate.capacity))
                - rate.nanosFor(rate.capacity))
        : 0;
  }

  /** Takes them whether they are there or not; what is missing is paid off by waiting. */
  void take(Rate rate, long tokens, long now) {
    if (rate.isLimit()) {
      fullAt = now + nanosUntilFull(now) + rate.nanosFor(tokens);
    }
  }

  private long nanosUntilFull(long now) {
    return Math.max(0, fullAt - now);
  }
}
