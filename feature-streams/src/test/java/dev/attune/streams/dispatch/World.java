package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A lane and all that it touches, under control: calls are answered, timers fire and transactions
 * commit or are lost when the test says so. Requests are versions; the callee keeps the greatest.
 *
 * <h2>Steps inside steps</h2>
 *
 * <p>A step of one thread may be interrupted by whole steps of others wherever that can make a
 * difference: after each critical section, and before each call of a port (owed state, newest
 * request, replica). The stream thread is interrupted by answers and timers. An answer or a timer
 * is interrupted by any step, also before its critical section. Who interrupts may be interrupted
 * again, and ends before the interrupted one goes on. Nothing is missed by that: after its critical
 * section an answer only starts the next call, which others can't tell from a call that is slow.
 */
final class World implements AutoCloseable {
  record Request(String key, int version) {}

  private record Call(Request request, int life) {}

  record Outgoing(Request request, int life, int replica, Consumer<CallOutcome> answer) {}

  record Step(String name, boolean ofStreamThread, Runnable action) {}

  /**
   * @param breakerFailures so many open a replica's breaker
   * @param interruptions how often in all a step may be interrupted
   * @param replacements how often in all a replica may go and another one come
   */
  record Rules(
      int window,
      boolean hedging,
      int replicas,
      int breakerFailures,
      int interruptions,
      int replacements) {
    Rules(int window, boolean hedging, int replicas, int breakerFailures, int interruptions) {
      this(window, hedging, replicas, breakerFailures, interruptions, 0);
    }
  }

  /** Decides which of so many possible steps is next; inside another one 0 stands for none. */
  interface Choices {
    int next(int options, boolean inside);
  }

  private static final Duration PAST_BREAKER_PAUSE = Duration.ofMillis(200);

  final Map<String, Integer> stored = new TreeMap<>();
  final Map<String, Integer> submitted = new TreeMap<>();
  final List<Outgoing> calls = new ArrayList<>();
  final List<Runnable> timers = new ArrayList<>();
  final List<String> log = new ArrayList<>();
  final Dispatcher<String, Request> dispatcher;

  private final Rules rules;
  private final Choices choices;
  private final CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
  private final Map<Call, Integer> timesCalled = new HashMap<>();
  private Map<String, Integer> committed = new TreeMap<>();
  private OwedInMemory owed = new OwedInMemory();
  private NavigableSet<String> owedCommitted = new TreeSet<>();
  private List<String> users = List.of();
  private Lane<String, Request> lane;
  private int life;

  /** The life whose step is running. */
  private int actor;

  private long now;
  private List<Replica<Request>> replicas;
  private int interruptions;
  private int replacements;
  private int locked;
  private boolean streamThreadIsBusy;
  private boolean stepping;

  World(int window, boolean hedging) {
    this(new Rules(window, hedging, 1, 2, 0));
  }

  /** For tests that say themselves what happens. */
  World(Rules rules) {
    this(rules, (_, _) -> 0);
  }

  World(Rules rules, Choices choices) {
    this.rules = rules;
    this.choices = choices;
    this.interruptions = rules.interruptions();
    this.replacements = rules.replacements();
    DispatchSettings settings =
        new DispatchSettings(
            rules.window(),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(1),
            Duration.ofMillis(8),
            rules.hedging() ? Duration.ofMillis(1) : Duration.ZERO,
            rules.breakerFailures(),
            Duration.ofMillis(100));
    DispatcherEnvironment environment =
        new DispatcherEnvironment(
            () -> now, () -> 0.5, (_, task) -> schedule(task), HandOverLock::new);
    this.replicas = IntStream.range(0, rules.replicas()).mapToObj(this::replica).toList();
    this.dispatcher = new Dispatcher<>(settings, () -> replicas, barrier, environment);
    this.lane = open();
  }

  private void schedule(Runnable task) {
    int of = actor;
    timers.add(() -> as(of, task));
  }

  /** What is done for a task that has died meanwhile is its own doing still. */
  private void as(int of, Runnable action) {
    int before = actor;
    actor = of;
    try {
      action.run();
    } finally {
      actor = before;
    }
  }

  private Replica<Request> replica(int index) {
    return (request, answer) -> {
      handOver();
      timesCalled.merge(new Call(request, actor), 1, Integer::sum);
      calls.add(new Outgoing(request, actor, index, answer));
      onlyDuplicatesOfOlderRequestsAreOut(request);
    };
  }

  private Lane<String, Request> open() {
    OwedInMemory mine = owed;
    return dispatcher.open(
        new OwedCalls<>() {
          @Override
          public void mark(String key) {
            handOver();
            mine.mark(key);
          }

          @Override
          public void clear(String key) {
            handOver();
            mine.clear(key);
          }

          @Override
          public List<String> next(int limit, Predicate<String> filter) {
            handOver();
            return mine.next(limit, filter);
          }

          @Override
          public boolean isEmpty() {
            return mine.isEmpty();
          }
        },
        key -> {
          handOver();
          return new Request(key, submitted.getOrDefault(key, 0));
        });
  }

  /** Hedges are a share of the calls: gives them some to be a share of. */
  void aThousandCallsWentBefore() {
    for (int call = 0; call < 1_000; call++) {
      dispatcher.called();
    }
  }

  // what may happen

  /** Lets one of the possible steps happen. */
  void step(List<String> chatting) {
    users = chatting;
    List<Step> steps = possible();
    steps.add(new Step("pause", true, () -> pass(PAST_BREAKER_PAUSE)));
    perform(steps.get(choices.next(steps.size(), false)));
  }

  private List<Step> possible() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      int call = i;
      steps.add(new Step("settle " + i, false, () -> answer(call, CallOutcome.SETTLED)));
      steps.add(new Step("fail " + i, false, () -> answer(call, CallOutcome.UNAVAILABLE)));
    }
    for (int i = 0; i < timers.size(); i++) {
      int timer = i;
      steps.add(new Step("fire " + i, false, () -> fire(timer)));
    }
    if (replacements > 0) {
      steps.add(new Step("replace", false, this::replace));
    }
    if (!streamThreadIsBusy) {
      users.forEach(user -> steps.add(new Step("submit " + user, true, () -> submit(user))));
      steps.add(new Step("tick", true, this::tick));
      steps.add(new Step("commit", true, this::commit));
      steps.add(new Step("crash", true, this::crash));
    }
    return steps;
  }

  private void perform(Step step) {
    boolean busyBefore = streamThreadIsBusy;
    streamThreadIsBusy |= step.ofStreamThread();
    log.add(stepping ? "(" + step.name() + ")" : step.name());
    boolean steppingBefore = stepping;
    stepping = true;
    try {
      step.action().run();
    } finally {
      streamThreadIsBusy = busyBefore;
      stepping = steppingBefore;
    }
  }

  /** A point inside a step at which others may come between. */
  private void handOver() {
    if (locked > 0 || !stepping || interruptions == 0) {
      return;
    }
    List<Step> others = possible();
    int choice = choices.next(1 + others.size(), true);
    if (choice > 0) {
      interruptions--;
      perform(others.get(choice - 1));
    }
  }

  /** One thread plays all, so it is never contended. */
  private final class HandOverLock extends ReentrantLock {
    @Override
    public void lock() {
      if (!streamThreadIsBusy) {
        handOver();
      }
      super.lock();
      locked++;
    }

    @Override
    public void unlock() {
      locked--;
      super.unlock();
      handOver();
    }
  }

  // the steps

  void submit(String key) {
    int version = submitted.merge(key, 1, Integer::sum);
    as(life, () -> lane.submit(key, new Request(key, version)));
  }

  void answer(int index, CallOutcome outcome) {
    Outgoing call = calls.remove(index);
    if (outcome == CallOutcome.SETTLED) {
      stored.merge(call.request().key(), call.request().version(), Math::max);
    }
    as(call.life(), () -> call.answer().accept(outcome));
  }

  /** What the one that goes was called for may still be answered: a late success or a failure. */
  /** All replicas go, and none comes. */
  void withoutReplicas() {
    replicas = List.of();
  }

  private void replace() {
    replacements--;
    List<Replica<Request>> others = new ArrayList<>(replicas.subList(1, replicas.size()));
    others.add(replica(rules.replicas() + replacements));
    replicas = List.copyOf(others);
  }

  void fire(int index) {
    timers.remove(index).run();
  }

  void tick() {
    as(life, lane::tick);
  }

  void pass(Duration time) {
    now += time.toNanos();
  }

  /** A commit whose barrier has waited as long as it may. */
  void commit() {
    as(life, lane::settleOrMark);
    commitWithoutBarrier();
  }

  void commitWithoutBarrier() {
    committed = new TreeMap<>(submitted);
    owedCommitted = new TreeSet<>(owed.keys);
    committedIsStoredOrOwed();
  }

  /** The task dies: what was not committed is gone; calls on their way are not. */
  void crash() {
    lane.close();
    life++;
    submitted.clear();
    submitted.putAll(committed);
    owed = new OwedInMemory();
    owed.keys.addAll(owedCommitted);
    lane = open();
    committedIsStoredOrOwed();
  }

  /** Everything works again for long enough. */
  void calmDown() {
    interruptions = 0;
    commit();
    for (int round = 0; round < 100 && busy(); round++) {
      pass(Duration.ofSeconds(1));
      while (!calls.isEmpty()) {
        answer(0, CallOutcome.SETTLED);
      }
      List<Runnable> due = new ArrayList<>(timers);
      timers.clear();
      due.forEach(Runnable::run);
      tick();
    }
    commit();
  }

  /** The barrier of this thread knows the lane until then. */
  @Override
  public void close() {
    lane.close();
  }

  private boolean busy() {
    return !calls.isEmpty() || !timers.isEmpty() || lane.size() > 0 || !owed.isEmpty();
  }

  // what must hold

  boolean owes(String key) {
    return owed.keys.contains(key);
  }

  void everythingIsStored() {
    // a call whose transaction was lost may have stored more: its event is processed again
    boolean reached =
        submitted.entrySet().stream()
            .allMatch(entry -> stored.getOrDefault(entry.getKey(), 0) >= entry.getValue());
    if (!reached || !owed.isEmpty() || lane.size() != 0) {
      throw new AssertionError(
          "submitted %s, stored %s, owed %s".formatted(submitted, stored, owed.keys));
    }
    if (dispatcher.counters().open() != 0) {
      throw new AssertionError(dispatcher.counters().open() + " counted as open");
    }
  }

  private void committedIsStoredOrOwed() {
    committed.forEach(
        (key, version) -> {
          if (stored.getOrDefault(key, 0) < version && !owedCommitted.contains(key)) {
            throw new AssertionError(
                "%s committed at %d, stored %s, not owed".formatted(key, version, stored));
          }
        });
  }

  /** A hedge or a probe may still be out when the next version is called, nothing else. */
  private void onlyDuplicatesOfOlderRequestsAreOut(Request called) {
    for (Outgoing call : calls) {
      Request older = call.request();
      if (call.life() == actor
          && older.key().equals(called.key())
          && older.version() < called.version()
          && timesCalled.getOrDefault(new Call(older, actor), 0) < 2) {
        throw new AssertionError(called + " called while " + older + " is out");
      }
    }
  }
}
