package dev.attune.streams.topology;

import java.time.InstantSource;

/**
 * The receipt time that a task has come to: the clock's, but while it reads events that were
 * received long ago (after an outage, or all of a topic) theirs. Otherwise each session would be
 * closed as silent while its next events are still waiting, and said anew with each of them.
 */
final class ReceiptTime {
  /** No event for so long: there are none waiting. Long beside a fetch from a busy broker. */
  private static final long IDLE_MILLIS = 1_000;

  private final InstantSource clock;
  private long newest = Long.MIN_VALUE;
  private long readAt = Long.MIN_VALUE;

  ReceiptTime(InstantSource clock) {
    this.clock = clock;
  }

  /** An event with this receipt time was read. */
  void reached(long receivedAt) {
    newest = Math.max(newest, receivedAt);
    readAt = clock.millis();
  }

  long now() {
    long now = clock.millis();
    return now - IDLE_MILLIS < readAt ? Math.min(now, newest) : now;
  }
}
