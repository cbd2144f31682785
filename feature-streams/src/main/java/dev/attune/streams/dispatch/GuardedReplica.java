package dev.attune.streams.dispatch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A replica and its circuit breaker, which opens after a number of failures without a success in
 * between. Any thread.
 *
 * <p>A replica that answers but can't help counts once a key, until a call of the key succeeds: a
 * key that always fails says nothing about the replica, so it takes as many different ones to open
 * the breaker. A replica that can't be reached counts each time. The first success closes the
 * breaker, be it of a probe or of a call from before.
 */
final class GuardedReplica<R> {
  /** The library wants one; nobody reads it. */
  private static final Exception FAILURE = new Exception("unavailable");

  private final Replica<R> replica;
  private final int number;
  private final CircuitBreaker breaker;

  /**
   * @param number another one for each replica
   */
  GuardedReplica(Replica<R> replica, int number, CircuitBreaker breaker) {
    this.replica = replica;
    this.number = number;
    this.breaker = breaker;
  }

  boolean guards(Replica<R> other) {
    return replica == other;
  }

  /** Its place among a key's replicas, always the same. */
  long weight(Object key) {
    long seed = ((long) number << 32) | Integer.toUnsignedLong(key.hashCode());
    return new SplittableRandom(seed).nextLong();
  }

  boolean isOpen() {
    return breaker.getState() != CircuitBreaker.State.CLOSED;
  }

  /** Whether the next call may find out if the replica is back. True once a pause. */
  boolean takesProbe() {
    return isOpen() && breaker.tryAcquirePermission();
  }

  /**
   * @param counts whether {@link CallOutcome#UNAVAILABLE} counts against the replica; of a probe it
   *     must
   */
  void call(R request, boolean counts, Consumer<CallOutcome> answer) {
    Consumer<CallOutcome> counted =
        outcome -> {
          count(outcome, counts);
          answer.accept(outcome);
        };
    try {
      replica.call(request, counted);
    } catch (RuntimeException e) {
      counted.accept(CallOutcome.UNREACHABLE);
    }
  }

  private void count(CallOutcome outcome, boolean counts) {
    switch (outcome) {
      case SETTLED, REFUSED -> {
        if (isOpen()) {
          breaker.transitionToClosedState();
        }
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      }
      case UNAVAILABLE, UNREACHABLE -> {
        if (counts || outcome == CallOutcome.UNREACHABLE) {
          breaker.onError(0, TimeUnit.NANOSECONDS, FAILURE);
        }
      }
    }
  }
}
