package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The open calls of one Kafka Streams task.
 *
 * <h2>What it promises</h2>
 *
 * <p>For every key, at every commit: <em>the newest request submitted before the commit has been
 * answered, or the key is in the owed state that is part of the same commit.</em> With a callee
 * that ignores what is older than what it has (compare-and-set on a version), its state is
 * therefore never behind the last commit, except for owed keys, which are called again until they
 * are answered.
 *
 * <ul>
 *   <li>Requests of one key are called in the order of their submission, one at a time. (A hedge is
 *       the same request a second time. Its straggler, like a call that a crashed process left
 *       behind, may arrive late, which is why the callee compares versions.)
 *   <li>While a key's call is open, a newer request replaces the one that waits: under overload the
 *       work shrinks to one call a key, and memory stays within the window.
 *   <li>The stream thread blocks in {@link #submit} only while the window is full, and at most as
 *       long as its budget between two commits lasts; what finds no room is marked as owed.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>The stream thread alone calls {@link #submit}, {@link #tick}, {@link #await}, {@link
 * #settleOrMark} and {@link #close}; it alone touches the owed state and makes requests from state.
 * Answers and timers come on any thread. {@code lock} guards everything else; it is never held
 * while a call is started or state is written, so an answer may come synchronously and a slow store
 * delays nobody. There is no thread per key: one timer thread serves all lanes of a dispatcher.
 *
 * <h2>Why it holds</h2>
 *
 * <p>A key is <em>open</em> from the submit that found it closed until the answer to its newest
 * request. An open key is <em>marked</em> when the owed state holds it.
 *
 * <ol>
 *   <li><em>Nothing slips through.</em> A submit either joins an open flight, opens one, or marks
 *       the key; so after it, the newest request is answered, open, or owed. A flight ends in three
 *       ways only: by the answer to its newest request (an answer to an older one takes the waiting
 *       request up instead); as marked flight that failed; as marked flight in backoff at a commit.
 *       The last two leave the mark.
 *   <li><em>A mark is cleared only when it is redundant.</em> Flights that end by their answer put
 *       their key into {@code answered}; the stream thread clears those before it does anything
 *       else (first line of submit, tick and settleOrMark), so between answer and clearing no newer
 *       request of the key can have been submitted. The clearing joins the transaction under way:
 *       if that aborts, the mark comes back and costs a superfluous call.
 *   <li><em>A commit sees only answered or marked keys.</em> It is preceded by settleOrMark on the
 *       stream thread, which submits nothing meanwhile; it marks every open unmarked flight that
 *       did not end within the limit. Those marks are written before the commit and belong to it.
 *   <li><em>Owed keys are called again.</em> tick makes a request from the state of the time (so
 *       the newest) for owed keys that are not open, as the breaker permits. Marks survive crash
 *       and rebalance as any state does; the next owner's tick finds them.
 * </ol>
 *
 * <p>A crash between two commits loses open calls together with the events that caused them; these
 * are processed again.
 */
public final class Lane<K, R> {

  /** Waiters look again at least this often, since another lane may have opened the breaker. */
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Dispatcher<K, R> dispatcher;
  private final CommitBarrier.ThreadLanes thread;
  private final OwedCalls<K> owed;
  private final Function<K, @Nullable R> newest;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<K, PendingCall<K, R>> open = new HashMap<>();
  private final Deque<K> answered = new ArrayDeque<>();
  private int unmarked;

  /** Of the stream thread. */
  private boolean owes;

  Lane(
      Dispatcher<K, R> dispatcher,
      CommitBarrier.ThreadLanes thread,
      OwedCalls<K> owed,
      Function<K, @Nullable R> newest) {
    this.dispatcher = dispatcher;
    this.thread = thread;
    this.owed = owed;
    this.newest = newest;
  }

  /** Has the key's newest request called, or marks the key as owed. */
  public void submit(K key, R request) {
    clearAnswered();
    if (joins(key, request)) {
      return;
    }
    if (dispatcher.breaker().isOpen() || !awaitRoom()) {
      hold(key);
    } else {
      depart(key, request, false);
    }
  }

  /** Calls owed keys again; to be run by a wall-clock punctuator. */
  public void tick() {
    clearAnswered();
    // half the window at most: owed keys must not push fresh requests aside
    int room = Math.max(1, dispatcher.settings().window() / 2) - size();
    int wanted = dispatcher.breaker().isOpen() ? Math.min(1, room) : room;
    List<K> keys = owed.some(wanted, key -> !isOpen(key));
    if (wanted > 0) {
      owes(!keys.isEmpty() || marked() > 0);
    }
    int permits = dispatcher.breaker().permits(keys.size());
    for (K key : keys.subList(0, permits)) {
      R request = newest.apply(key);
      if (request == null) {
        owed.clear(key);
      } else {
        depart(key, request, true);
      }
    }
  }

  /** Open keys. */
  public int size() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  private int marked() {
    lock.lock();
    try {
      return open.size() - unmarked;
    } finally {
      lock.unlock();
    }
  }

  private void owes(boolean now) {
    if (owes != now) {
      owes = now;
      dispatcher.counters().owing.addAndGet(now ? 1 : -1);
    }
  }

  /** Forgets what is open; answers that come later mean nothing. The task has left this thread. */
  public void close() {
    thread.remove(this);
    owes(false);
    lock.lock();
    try {
      List.copyOf(open.values()).forEach(this::end);
      answered.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until every unmarked flight has ended, the limit is over, or the breaker says that
   * waiting is in vain.
   */
  void await(long deadlineNanos) {
    lock.lock();
    try {
      while (unmarked > 0 && !dispatcher.breaker().isOpen()) {
        long left = deadlineNanos - System.nanoTime();
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

  /** Marks what is still open, clears what was answered. True when the owed state was written. */
  boolean settleOrMark() {
    boolean cleared = clearAnswered();
    List<K> late = markOpen();
    late.forEach(owed::mark);
    dispatcher.counters().held.add(late.size());
    return cleared || !late.isEmpty();
  }

  private List<K> markOpen() {
    List<K> late = new ArrayList<>();
    lock.lock();
    try {
      if (unmarked == 0) {
        return late;
      }
      for (PendingCall<K, R> flight : List.copyOf(open.values())) {
        if (!flight.marked) {
          flight.marked = true;
          unmarked--;
          late.add(flight.key);
        }
        if (flight.backingOff()) {
          end(flight); // tick takes it up again, from the newest state
        }
      }
      return late;
    } finally {
      lock.unlock();
    }
  }

  private boolean clearAnswered() {
    List<K> keys;
    lock.lock();
    try {
      if (answered.isEmpty()) {
        return false;
      }
      keys = List.copyOf(answered);
      answered.clear();
    } finally {
      lock.unlock();
    }
    keys.forEach(owed::clear);
    return true;
  }

  private boolean joins(K key, R request) {
    lock.lock();
    try {
      PendingCall<K, R> flight = open.get(key);
      if (flight == null) {
        return false;
      }
      if (flight.waiting != null) {
        dispatcher.counters().conflated.increment();
      }
      flight.waiting = request;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpen(K key) {
    lock.lock();
    try {
      return open.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitRoom() {
    lock.lock();
    try {
      while (open.size() >= dispatcher.settings().window()) {
        long left = thread.budget().leftNanos();
        if (left <= 0 || dispatcher.breaker().isOpen()) {
          return false;
        }
        long start = dispatcher.nanoTime();
        changed.awaitNanos(Math.min(left, RECHECK_NANOS));
        thread.budget().spend(dispatcher.nanoTime() - start);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void hold(K key) {
    owed.mark(key);
    dispatcher.counters().held.increment();
  }

  private void depart(K key, R request, boolean marked) {
    PendingCall<K, R> flight = new PendingCall<>(key, request, marked);
    int round;
    lock.lock();
    try {
      open.put(key, flight);
      dispatcher.counters().open.incrementAndGet();
      if (!marked) {
        unmarked++;
      }
      round = nextRound(flight);
    } finally {
      lock.unlock();
    }
    call(flight, round, request, 0);
  }

  /** Lock held. */
  private int nextRound(PendingCall<K, R> flight) {
    flight.calls = 1;
    flight.attempts++;
    return ++flight.round;
  }

  /** Lock held. */
  private void end(PendingCall<K, R> flight) {
    open.remove(flight.key);
    flight.round++;
    flight.calls = 0;
    if (!flight.marked) {
      unmarked--;
    }
    dispatcher.counters().open.decrementAndGet();
    changed.signalAll();
  }

  private void call(PendingCall<K, R> flight, int round, R request, int attempt) {
    dispatcher.counters().called.increment();
    Duration hedgeAfter = dispatcher.settings().hedgeAfter();
    if (!hedgeAfter.isZero()) {
      dispatcher.timer().after(hedgeAfter, () -> hedge(flight, round));
    }
    start(flight, round, request, attempt);
  }

  private void start(PendingCall<K, R> flight, int round, R request, int attempt) {
    try {
      dispatcher
          .replica(flight.key, attempt)
          .call(request, outcome -> answer(flight, round, outcome));
    } catch (RuntimeException e) {
      answer(flight, round, CallOutcome.UNAVAILABLE);
    }
  }

  private void hedge(PendingCall<K, R> flight, int round) {
    R request;
    int attempt;
    lock.lock();
    try {
      if (flight.round != round || flight.calls != 1 || !dispatcher.mayHedge()) {
        return;
      }
      flight.calls++;
      attempt = flight.attempts++;
      request = flight.current;
    } finally {
      lock.unlock();
    }
    dispatcher.counters().called.increment();
    dispatcher.counters().hedged.increment();
    start(flight, round, request, attempt);
  }

  private void answer(PendingCall<K, R> flight, int round, CallOutcome outcome) {
    switch (outcome) {
      case SETTLED, REFUSED -> dispatcher.breaker().success();
      case UNAVAILABLE -> dispatcher.breaker().failure();
    }
    R next;
    int nextRound;
    lock.lock();
    try {
      if (flight.round != round) {
        return;
      }
      switch (outcome) {
        case SETTLED -> dispatcher.counters().settled.increment();
        case REFUSED -> dispatcher.counters().skipped.increment();
        case UNAVAILABLE -> {
          failed(flight);
          return;
        }
      }
      if (!flight.takeWaiting()) {
        if (flight.marked) {
          answered.add(flight.key);
        }
        end(flight);
        return;
      }
      next = flight.current;
      nextRound = nextRound(flight);
    } finally {
      lock.unlock();
    }
    call(flight, nextRound, next, 0);
  }

  /** Lock held. */
  private void failed(PendingCall<K, R> flight) {
    if (--flight.calls > 0) {
      return; // the hedge, or what it hedged, is still out
    }
    if (flight.marked) {
      end(flight);
      return;
    }
    int round = ++flight.round;
    changed.signalAll(); // the breaker may have opened
    dispatcher.timer().after(dispatcher.backoff(flight.attempts), () -> retry(flight, round));
  }

  private void retry(PendingCall<K, R> flight, int round) {
    R request;
    int attempt;
    int nextRound;
    lock.lock();
    try {
      if (flight.round != round) {
        return;
      }
      if (flight.takeWaiting()) {
        dispatcher.counters().conflated.increment();
      }
      attempt = flight.attempts;
      request = flight.current;
      nextRound = nextRound(flight);
    } finally {
      lock.unlock();
    }
    dispatcher.counters().retried.increment();
    call(flight, nextRound, request, attempt);
  }
}
