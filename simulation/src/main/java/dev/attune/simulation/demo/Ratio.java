package dev.attune.simulation.demo;

import java.util.concurrent.atomic.LongAdder;

/** How many of all are of a kind. Thread-safe. */
final class Ratio {
  private final LongAdder all = new LongAdder();
  private final LongAdder part = new LongAdder();

  void add(boolean isPart) {
    all.increment();
    if (isPart) {
      part.increment();
    }
  }

  long count() {
    return all.sum();
  }

  /** 0 to 1; 0 when there is none yet. */
  double share() {
    return (double) part.sum() / Math.max(1, all.sum());
  }
}
