package dev.attune.streams.dispatch;

/**
 * How long submits may still block one stream thread before its next commit. Shared by the thread's
 * lanes, so that however many tasks it runs, its transaction stays within its timeout. Used by that
 * thread only.
 */
final class BlockingBudget {
  private final long limitNanos;
  private long spentNanos;

  BlockingBudget(long limitNanos) {
    this.limitNanos = limitNanos;
  }

  long leftNanos() {
    return limitNanos - spentNanos;
  }

  void spend(long nanos) {
    spentNanos += nanos;
  }

  void reset() {
    spentNanos = 0;
  }
}
