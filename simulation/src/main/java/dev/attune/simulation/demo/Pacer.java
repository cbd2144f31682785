package dev.attune.simulation.demo;

import java.util.concurrent.atomic.AtomicLong;

/** Lets callers through at an even rate, however many wait. */
final class Pacer {
  private final long gapNanos;
  private final AtomicLong next = new AtomicLong(System.nanoTime());

  Pacer(double perSecond) {
    this.gapNanos = Math.round(1e9 / perSecond);
  }

  void await() throws InterruptedException {
    long now = System.nanoTime();
    // time that nobody used is not made up for: a burst is no rate
    long turn = next.updateAndGet(at -> Math.max(at, now - gapNanos) + gapNanos) - gapNanos;
    if (turn > now) {
      Thread.sleep(java.time.Duration.ofNanos(turn - now));
    }
  }
}
