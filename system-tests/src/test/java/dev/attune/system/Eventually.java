package dev.attune.system;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what a pipeline does in its own time. */
final class Eventually {
  /** Generous: it is used up only by a failing test, and builds run on busy machines. */
  static final Duration DEADLINE = Duration.ofMinutes(5);

  private Eventually() {}

  static void holds(String what, Callable<Boolean> condition) {
    await(what)
        .atMost(DEADLINE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(condition);
  }
}
