package dev.attune.streams.dispatch;

import java.time.Duration;

/**
 * Limits of the dispatcher.
 *
 * @param window open keys a lane; memory and the barrier's work are bounded by it. The rate one
 *     lane can reach is window / latency
 * @param submitLimit how long submits may block a stream thread in all between two commits; what
 *     finds no room then is held
 * @param barrierLimit how long a commit waits for what is open; the rest is marked
 * @param firstBackoff before a key whose call failed is called again; doubled for each further
 *     failure
 * @param maxBackoff the longest wait before a retry
 * @param hedgeAfter a call without an answer for this long is tried a second time beside the first;
 *     zero switches hedging off
 * @param breakerFailures so many failures of a replica without a success in between open its
 *     breaker
 * @param breakerPause between two probes of a replica while its breaker is open; while all are,
 *     each lane has a pause of its own
 */
public record DispatchSettings(
    int window,
    Duration submitLimit,
    Duration barrierLimit,
    Duration firstBackoff,
    Duration maxBackoff,
    Duration hedgeAfter,
    int breakerFailures,
    Duration breakerPause) {
  public DispatchSettings {
    if (window < 1 || breakerFailures < 1) {
      throw new IllegalArgumentException("window and breakerFailures must be at least 1");
    }
    requireNotNegative(submitLimit, "submitLimit");
    requireNotNegative(barrierLimit, "barrierLimit");
    requireNotNegative(hedgeAfter, "hedgeAfter");
    requirePositive(firstBackoff, "firstBackoff");
    requirePositive(breakerPause, "breakerPause");
    if (maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException("maxBackoff must not be below firstBackoff");
    }
  }

  private static void requireNotNegative(Duration value, String name) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative");
    }
  }

  private static void requirePositive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive");
    }
  }
}
