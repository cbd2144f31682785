package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells whether calling makes sense. Opens after a number of failures without a success in between;
 * while it is open one probe a pause is let through, and the first success closes it. Any thread.
 */
final class Breaker {

  private final int threshold;
  private final long pauseNanos;
  private final LongSupplier nanoTime;

  private int failures;
  private boolean open;
  private long nextProbe;

  Breaker(int threshold, Duration pause, LongSupplier nanoTime) {
    this.threshold = threshold;
    this.pauseNanos = pause.toNanos();
    this.nanoTime = nanoTime;
  }

  synchronized boolean isOpen() {
    return open;
  }

  /** How many of the wanted calls may start now: all while closed, one a pause while open. */
  synchronized int permits(int wanted) {
    if (!open || wanted <= 0) {
      return wanted;
    }
    long now = nanoTime.getAsLong();
    if (now - nextProbe < 0) {
      return 0;
    }
    nextProbe = now + pauseNanos;
    return 1;
  }

  synchronized void success() {
    failures = 0;
    open = false;
  }

  synchronized void failure() {
    failures++;
    if (!open && failures >= threshold) {
      open = true;
      nextProbe = nanoTime.getAsLong() + pauseNanos;
    }
  }
}
