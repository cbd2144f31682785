package dev.attune.streams.dispatch;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one Kafka Streams task, and the keys it owes a call.
 *
 * <h2>What it promises</h2>
 *
 * <p>For every key, at every commit: <em>the newest request submitted before the commit has been
 * answered, or the key is in the owed state that is part of the same commit.</em> The callee
 * ignores what is older than what it has (compare-and-set on a version). So its state is never
 * behind the last commit, except for owed keys. These are called again until they are answered.
 *
 * <ul>
 *   <li>Requests of one key are called in the order of their submission, one at a time. (A hedge,
 *       and the copy that finds out whether a replica is back, are the same request a second time.
 *       Their stragglers, like a call that a crashed process left behind, may arrive late, which is
 *       why the callee compares versions.)
 *   <li>While a key's call flies, a newer request replaces the one that waits: under overload the
 *       work shrinks to one call a key, and memory stays within the window.
 *   <li>The stream thread blocks in {@link #submit} only while the window is full, and at most as
 *       long as its budget between two commits lasts; what finds no room is marked as owed.
 *   <li>A call that fails is tried at one more replica at once. If that fails too its key is marked
 *       and has a pause of its own, in which it is not called: neither a commit nor another key
 *       waits for it.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>All methods are the stream thread's. It alone touches the owed state and the backoffs, makes
 * requests from state, and gives keys that have no call one. Answers and timers change {@link
 * OpenCalls} only, which has the lock. It is never held while a call is started or state is
 * written, so a slow store delays nobody. There is no thread per key: one timer thread serves all
 * lanes of a dispatcher.
 *
 * <h2>Why it holds</h2>
 *
 * <p>A key is <em>flying</em>, <em>finished</em> or <em>closed</em> in {@link OpenCalls}. A call is
 * <em>marked</em> when the owed state holds its key. Between any two steps of the stream thread,
 * and wherever answers come within one, this holds for the newest request of each key:
 *
 * <pre>
 *   it is answered,  or it flies or waits behind what flies,
 *   or its call is finished and failed,  or the owed state holds its key
 * </pre>
 *
 * <ol>
 *   <li><em>Nothing slips through.</em> A submit joins what flies, starts a call, or has the key
 *       marked. A flight ends by the answer to its newest request, or as failed; an answer to an
 *       older one takes the waiting request up instead. Who is in backoff is marked, so its request
 *       needs nothing more.
 *   <li><em>Marks are written and cleared for closed keys only.</em> {@link OpenCalls#takeFinished}
 *       closes them, and only the stream thread, which is busy writing, could give them another
 *       call. So no newer request can come between an answer and the clearing of its mark. A submit
 *       that finds its key finished forgets what was to be written; the request it brings is newer,
 *       and a mark that stays costs one superfluous call. The clearing joins the transaction under
 *       way: if that aborts, the mark comes back.
 *   <li><em>A commit sees only answered or marked keys.</em> It is preceded by settleOrMark on the
 *       stream thread, which submits nothing meanwhile. First all that fly are marked, then what
 *       finished is written. A call that fails in between was marked before; one that is answered
 *       in between has its mark cleared after it was written. Those marks belong to the commit.
 *   <li><em>Owed keys are called again.</em> tick goes round the owed keys, and makes a request
 *       from the state of the time (so the newest) for those that have no call and whose backoff is
 *       over. A backoff is at most as long as the settings say. Each failure moves its key on to
 *       another replica, in its turn to one whose breaker is open. While all breakers are, each
 *       lane calls as many owed keys a pause as there are replicas, and each time others. A
 *       sixteenth of the window is kept for them. Marks survive crash and rebalance as any state
 *       does; the next owner's tick finds them.
 * </ol>
 *
 * <p>A crash between two commits loses open calls together with the events that caused them; these
 * are processed again.
 */
public final class Lane<K, R> {
  /** Backoffs kept, in windows. */
  private static final int BACKOFFS = 8;

  private final Dispatcher<K, R> dispatcher;
  private final CommitBarrier.ThreadLanes thread;
  private final OwedCalls<K> owed;
  private final Function<K, @Nullable R> newest;
  private final OpenCalls<K, R> calls;
  private final Backoffs<K> backoffs;
  private boolean owes;

  /** Not before: of this lane alone, or those that tick first would probe for ever. */
  private long nextProbes;

  Lane(
      Dispatcher<K, R> dispatcher,
      CommitBarrier.ThreadLanes thread,
      OwedCalls<K> owed,
      Function<K, @Nullable R> newest) {
    this.dispatcher = dispatcher;
    this.thread = thread;
    this.owed = owed;
    this.newest = newest;
    this.calls = new OpenCalls<>(dispatcher);
    this.nextProbes = dispatcher.nanoTime() + dispatcher.settings().breakerPause().toNanos();
    this.backoffs = new Backoffs<>(BACKOFFS * dispatcher.settings().window(), dispatcher::backoff);
  }

  /** Has the key's newest request called, or marks the key as owed. */
  public void submit(K key, R request) {
    settle();
    if (calls.join(key, request)) {
      return;
    }
    if (backoffs.has(key)) {
      dispatcher.counters().held.increment();
    } else if (!calls.awaitRoom(thread.budget()) || !calls.start(PendingCall.fresh(key, request))) {
      mark(key);
    }
  }

  /** Calls owed keys again; to be run by a wall-clock punctuator. */
  public void tick() {
    settle();
    owes(!owed.isEmpty());
    if (!owes) {
      return;
    }
    long now = dispatcher.nanoTime();
    int wanted = dispatcher.paused() ? probes(now) : calls.roomForOwed();
    List<K> keys = owed.next(wanted, key -> !calls.has(key) && backoffs.isOver(key, now));
    keys.forEach(this::callOwed);
    if (!keys.isEmpty()) {
      nextProbes = now + dispatcher.settings().breakerPause().toNanos();
    }
  }

  /** While all replicas fail: as many a pause as there are replicas. */
  private int probes(long now) {
    return now - nextProbes < 0 ? 0 : Math.min(dispatcher.pool().size(), calls.roomForOwed());
  }

  private void callOwed(K key) {
    R request = newest.apply(key);
    if (request == null) {
      backoffs.over(key);
      owed.clear(key);
    } else {
      calls.start(PendingCall.owed(key, request, backoffs.failures(key)));
    }
  }

  private void owes(boolean now) {
    if (owes != now) {
      owes = now;
      dispatcher.counters().owing.addAndGet(now ? 1 : -1);
    }
  }

  /** Keys with a call under way. */
  public int size() {
    return calls.flying();
  }

  /** Forgets what is open; answers that come later mean nothing. The task has left this thread. */
  public void close() {
    thread.remove(this);
    owes(false);
    calls.forgetAll();
  }

  /**
   * Waits until every unmarked call has been answered or has failed, the limit is over, or all
   * replicas fail, so that waiting is in vain.
   */
  void await(long deadlineNanos) {
    calls.await(deadlineNanos);
  }

  /** Marks what still flies or has failed. True when the owed state was written. */
  boolean settleOrMark() {
    List<K> late = calls.markFlying();
    late.forEach(this::mark);
    return settle() || !late.isEmpty();
  }

  /** Writes what became of calls; returns whether there was something to write. */
  private boolean settle() {
    List<PendingCall<K, R>> finished = calls.takeFinished();
    finished.forEach(this::write);
    return !finished.isEmpty();
  }

  private void write(PendingCall<K, R> call) {
    if (!call.failed) {
      backoffs.over(call.key);
      owed.clear(call.key);
      return;
    }
    backoffs.failed(call.key, call.finishedAt);
    if (!call.marked) {
      mark(call.key);
    }
  }

  private void mark(K key) {
    owed.mark(key);
    dispatcher.counters().held.increment();
  }
}
