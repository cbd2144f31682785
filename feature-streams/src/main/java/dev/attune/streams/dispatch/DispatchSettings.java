package dev.attune.streams.dispatch;

import java.time.Duration;
import org.springframework.util.Assert;

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
    Assert.isTrue(window >= 1, "window must be at least 1");
    Assert.isTrue(!submitLimit.isNegative(), "submitLimit must not be negative");
    Assert.isTrue(!barrierLimit.isNegative(), "barrierLimit must not be negative");
    Assert.isTrue(firstBackoff.isPositive(), "firstBackoff must be positive");
    Assert.isTrue(
        maxBackoff.compareTo(firstBackoff) >= 0, "maxBackoff must not be below firstBackoff");
    Assert.isTrue(!hedgeAfter.isNegative(), "hedgeAfter must not be negative");
    Assert.isTrue(breakerFailures >= 1, "breakerFailures must be at least 1");
    Assert.isTrue(breakerPause.isPositive(), "breakerPause must be positive");
  }
}
