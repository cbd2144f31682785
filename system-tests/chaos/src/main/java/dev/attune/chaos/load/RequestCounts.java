package dev.attune.chaos.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What became of the requests to the gateway, each repetition counted. Thread-safe. */
public final class RequestCounts {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final LongAdder withoutRetryAfter = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong slowestUnavailable = new AtomicLong();

  void wasAccepted() {
    accepted.increment();
  }

  void wasUnavailable(long millis, boolean retryAfter) {
    unavailable.increment();
    if (!retryAfter) {
      withoutRetryAfter.increment();
    }
    slowestUnavailable.accumulateAndGet(millis, Math::max);
  }

  void broke() {
    broken.increment();
  }

  void wasRefused() {
    refused.increment();
  }

  /** Sent in all. */
  public long all() {
    return accepted.sum() + unavailable.sum() + broken.sum() + refused.sum();
  }

  /** Answered with 503: try again later. */
  public long unavailable() {
    return unavailable.sum();
  }

  /** Of those, the ones that did not say when. */
  public long withoutRetryAfter() {
    return withoutRetryAfter.sum();
  }

  /** Milliseconds that the slowest 503 took. */
  public long slowestUnavailable() {
    return slowestUnavailable.get();
  }

  /** Without an answer: the connection was refused, broke or stayed silent. */
  public long broken() {
    return broken.sum();
  }

  /** Answered otherwise, though every request is valid. */
  public long refused() {
    return refused.sum();
  }
}
