package dev.attune.streams.dispatch;

import java.time.Duration;

/** Runs something later, once. */
@FunctionalInterface
interface Timer {
  void after(Duration delay, Runnable task);

  /** What is not due yet never runs. */
  default void close() {}
}
