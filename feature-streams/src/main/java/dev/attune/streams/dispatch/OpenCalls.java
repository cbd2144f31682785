package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one lane that are under way, and those that are finished and wait for the stream
 * thread.
 *
 * <pre>
 *   closed   → flying     start
 *   flying   → flying     an answer to an older request, or a failure while another replica is
 *                         left to ask: the next call
 *   flying   → closed     the answer to the newest request, unmarked
 *   flying   → finished   the answer to the newest request, marked; the failure of the last attempt
 *   finished → closed     takeFinished, or join by a newer request
 * </pre>
 *
 * <p>{@link #join}, {@link #start}, {@link #markFlying}, {@link #takeFinished} and the waits are
 * the stream thread's. Answers and hedges come on any thread. {@code lock} guards everything; no
 * call is started while it is held, so an answer may come synchronously.
 */
final class OpenCalls<K, R> {
  /**
   * A request costs no more calls than this before its key is marked and has to wait. A key that
   * failed before costs one at a time, each at another replica.
   */
  private static final int MOST_ATTEMPTS = 2;

  /** Waiters look again at least this often, since another lane may have opened the breakers. */
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A call that is to be sent once the lock is free. */
  private record Attempt<R>(int round, int number, R request, GuardedReplica<R> to) {}

  private final Dispatcher<K, R> dispatcher;
  private final ReentrantLock lock;
  private final Condition changed;
  private final Map<K, PendingCall<K, R>> calls = new HashMap<>();
  private final List<PendingCall<K, R>> finished = new ArrayList<>();
  private int flying;
  private int unmarked;

  OpenCalls(Dispatcher<K, R> dispatcher) {
    this.dispatcher = dispatcher;
    this.lock = dispatcher.environment().locks().get();
    this.changed = lock.newCondition();
  }

  int flying() {
    lock.lock();
    try {
      return flying;
    } finally {
      lock.unlock();
    }
  }

  /** How many owed keys may be called beside those that are. */
  int roomForOwed() {
    lock.lock();
    try {
      int window = dispatcher.settings().window();
      // half the window at most: owed keys must not push fresh requests aside
      return Math.min(Math.max(1, window / 2) - (flying - unmarked), window - flying);
    } finally {
      lock.unlock();
    }
  }

  boolean has(K key) {
    lock.lock();
    try {
      return calls.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has the request called next if its key is flying; false when it is not. What a finished call
   * would still have had written is overtaken by the request and forgotten: the mark stays where
   * there is one.
   */
  boolean join(K key, R request) {
    lock.lock();
    try {
      PendingCall<K, R> call = calls.get(key);
      if (call == null) {
        return false;
      }
      if (call.isFinished()) {
        calls.remove(key);
        return false;
      }
      R waiting = call.waiting;
      call.waiting = waiting == null ? request : dispatcher.conflated(waiting, request);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a place for a fresh request; false when there is none in time. */
  boolean awaitRoom(BlockingBudget budget) {
    lock.lock();
    try {
      int window = dispatcher.settings().window();
      // a few places are for owed keys, or these would wait as long as an overload lasts
      while (flying >= window - window / 16) {
        long left = budget.leftNanos();
        if (left <= 0 || dispatcher.paused()) {
          return false;
        }
        long start = dispatcher.nanoTime();
        changed.awaitNanos(Math.min(left, RECHECK_NANOS));
        budget.spend(dispatcher.nanoTime() - start);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no unmarked call flies, the limit is over, or waiting is in vain. */
  void await(long deadlineNanos) {
    lock.lock();
    try {
      while (unmarked > 0 && !dispatcher.paused()) {
        long left = deadlineNanos - dispatcher.nanoTime();
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(Math.min(left, RECHECK_NANOS));
      }
    } catch (InterruptedException e) {
      // marking instead of waiting is always right
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Calls a key that has no call; false when no replica may be called for it. */
  boolean start(PendingCall<K, R> call) {
    GuardedReplica<R> replica =
        call.marked
            ? dispatcher.pool().pickAgain(call.key, call.failures)
            : dispatcher.pool().pick(call.key, 0);
    if (replica == null) {
      return false;
    }
    boolean probes = replica.isOpen();
    if (call.failures > 0) {
      dispatcher.counters().retried.increment();
    }
    Attempt<R> first;
    lock.lock();
    try {
      calls.put(call.key, call);
      flying++;
      unmarked += call.marked ? 0 : 1;
      dispatcher.counters().open.incrementAndGet();
      first = firstAttempt(call, replica);
    } finally {
      lock.unlock();
    }
    send(call, first, probes);
    if (!call.marked) {
      probeBeside(first.request());
    }
    return true;
  }

  /** A replica that fails is asked again with a copy, so that nobody waits for it in vain. */
  private void probeBeside(R request) {
    GuardedReplica<R> failing = dispatcher.pool().toProbe();
    if (failing != null) {
      dispatcher.called();
      failing.call(request, true, _ -> {});
    }
  }

  private void send(PendingCall<K, R> call, Attempt<R> attempt, boolean probes) {
    dispatcher.called();
    hedgeLater(call, attempt);
    boolean counts = probes || call.failures == 0;
    attempt.to().call(attempt.request(), counts, outcome -> answer(call, attempt, outcome));
  }

  private void hedgeLater(PendingCall<K, R> call, Attempt<R> attempt) {
    Duration hedgeAfter = dispatcher.settings().hedgeAfter();
    if (attempt.number() == 1 && !hedgeAfter.isZero()) {
      dispatcher.environment().timer().after(hedgeAfter, () -> hedge(call, attempt));
    }
  }

  private void hedge(PendingCall<K, R> call, Attempt<R> slow) {
    Attempt<R> second;
    lock.lock();
    try {
      if (call.round != slow.round() || call.attempts != 1) {
        return;
      }
      GuardedReplica<R> other = another(call, slow.to());
      GuardedReplica<R> to = other == null ? slow.to() : other;
      if (to.isOpen() || !dispatcher.hedges().take()) {
        return;
      }
      second = nextAttempt(call, to);
    } finally {
      lock.unlock();
    }
    dispatcher.counters().hedged.increment();
    send(call, second, false);
  }

  private void answer(PendingCall<K, R> call, Attempt<R> attempt, CallOutcome outcome) {
    Attempt<R> next;
    lock.lock();
    try {
      if (call.round != attempt.round()) {
        return;
      }
      next =
          switch (outcome) {
            case SETTLED -> {
              dispatcher.counters().settled.increment();
              yield answered(call);
            }
            case REFUSED -> {
              dispatcher.counters().skipped.increment();
              yield answered(call);
            }
            case UNAVAILABLE, UNREACHABLE -> failed(call, attempt.to());
          };
    } finally {
      lock.unlock();
    }
    if (next != null) {
      send(call, next, false);
    }
  }

  // lock held

  private @Nullable Attempt<R> answered(PendingCall<K, R> call) {
    if (!call.takeWaiting()) {
      finish(call, false);
      return null;
    }
    GuardedReplica<R> replica = dispatcher.pool().pick(call.key, call.failures);
    if (replica == null) {
      finish(call, true);
      return null;
    }
    return firstAttempt(call, replica);
  }

  private @Nullable Attempt<R> failed(PendingCall<K, R> call, GuardedReplica<R> from) {
    if (--call.unanswered > 0) {
      return null; // the hedge, or what it hedged, is still out
    }
    boolean mayAskAgain = call.failures == 0 && call.attempts < MOST_ATTEMPTS;
    GuardedReplica<R> other = mayAskAgain ? another(call, from) : null;
    if (other == null) {
      finish(call, true);
      return null;
    }
    R failed = call.current;
    if (call.takeWaiting()) {
      call.current = dispatcher.conflated(failed, call.current);
    }
    dispatcher.counters().retried.increment();
    return nextAttempt(call, other);
  }

  private @Nullable GuardedReplica<R> another(PendingCall<K, R> call, GuardedReplica<R> than) {
    return dispatcher.pool().pick(call.key, call.failures + call.attempts, than);
  }

  private Attempt<R> firstAttempt(PendingCall<K, R> call, GuardedReplica<R> to) {
    call.round++;
    call.attempts = 0;
    call.unanswered = 0;
    return nextAttempt(call, to);
  }

  private Attempt<R> nextAttempt(PendingCall<K, R> call, GuardedReplica<R> to) {
    call.attempts++;
    call.unanswered++;
    return new Attempt<>(call.round, call.attempts, call.current, to);
  }

  private void finish(PendingCall<K, R> call, boolean failed) {
    land(call);
    call.failed = failed;
    call.finishedAt = dispatcher.nanoTime();
    if (failed || call.marked) {
      finished.add(call);
    } else {
      calls.remove(call.key);
    }
    changed.signalAll();
  }

  private void land(PendingCall<K, R> call) {
    call.round++;
    call.unanswered = 0;
    flying--;
    unmarked -= call.marked ? 0 : 1;
    dispatcher.counters().open.decrementAndGet();
  }

  // of the stream thread

  /** The keys that fly unmarked, which are marked from now on: the caller has to write it. */
  List<K> markFlying() {
    List<K> late = new ArrayList<>();
    lock.lock();
    try {
      for (PendingCall<K, R> call : unmarked == 0 ? List.<PendingCall<K, R>>of() : calls.values()) {
        if (!call.isFinished() && !call.marked) {
          call.marked = true;
          late.add(call.key);
        }
      }
      unmarked = 0;
      return late;
    } finally {
      lock.unlock();
    }
  }

  /** What has finished, each once: failed, or answered and marked. Their keys have no call now. */
  List<PendingCall<K, R>> takeFinished() {
    lock.lock();
    try {
      if (finished.isEmpty()) {
        return List.of();
      }
      finished.removeIf(call -> !calls.remove(call.key, call));
      List<PendingCall<K, R>> taken = List.copyOf(finished);
      finished.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Answers that come later mean nothing. */
  void forgetAll() {
    lock.lock();
    try {
      calls.values().stream().filter(call -> !call.isFinished()).forEach(this::land);
      calls.clear();
      finished.clear();
    } finally {
      lock.unlock();
    }
  }
}
