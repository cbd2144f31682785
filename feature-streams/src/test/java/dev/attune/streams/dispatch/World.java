package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A lane and all that it touches, under control: calls are answered, timers fire and transactions
 * commit or are lost when the test says so. Requests are versions; the callee keeps the greatest.
 */
final class World {

  record Request(String key, int version) {}

  record Outgoing(Request request, int life, Consumer<CallOutcome> answer) {}

  final Map<String, Integer> stored = new TreeMap<>();
  final Map<String, Integer> submitted = new TreeMap<>();
  final List<Outgoing> calls = new ArrayList<>();
  final List<Runnable> timers = new ArrayList<>();
  final Dispatcher<String, Request> dispatcher;

  private Map<String, Integer> committed = new TreeMap<>();
  private Set<String> owed = new TreeSet<>();
  private Set<String> owedCommitted = new TreeSet<>();
  private final CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
  private Lane<String, Request> lane;
  private int life;
  private long now;
  private final boolean hedging;

  World(int window, boolean hedging) {
    this.hedging = hedging;
    DispatchSettings settings =
        new DispatchSettings(
            window,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(1),
            Duration.ofMillis(8),
            hedging ? Duration.ofMillis(1) : Duration.ZERO,
            2,
            Duration.ofMillis(100));
    this.dispatcher =
        new Dispatcher<>(
            settings,
            Replicas.of((request, answer) -> calls.add(new Outgoing(request, life, answer))),
            barrier,
            () -> now,
            () -> 0.5,
            (_, task) -> timers.add(task));
    this.lane = open();
  }

  private Lane<String, Request> open() {
    return dispatcher.open(
        new OwedCalls<>() {
          @Override
          public void mark(String key) {
            owed.add(key);
          }

          @Override
          public void clear(String key) {
            owed.remove(key);
          }

          @Override
          public List<String> some(int limit, Predicate<String> filter) {
            return owed.stream().filter(filter).limit(Math.max(0, limit)).toList();
          }
        },
        key -> new Request(key, submitted.getOrDefault(key, 0)));
  }

  void submit(String key) {
    int version = submitted.merge(key, 1, Integer::sum);
    lane.submit(key, new Request(key, version));
    atMostOneCallAKey();
  }

  void answer(int index, CallOutcome outcome) {
    Outgoing call = calls.remove(index);
    if (outcome == CallOutcome.SETTLED) {
      stored.merge(call.request().key(), call.request().version(), Math::max);
    }
    call.answer().accept(outcome);
    atMostOneCallAKey();
  }

  void fire(int index) {
    timers.remove(index).run();
    atMostOneCallAKey();
  }

  void tick() {
    lane.tick();
    atMostOneCallAKey();
  }

  void pass(Duration time) {
    now += time.toNanos();
  }

  /** A commit whose barrier has waited as long as it may. */
  void commit() {
    lane.settleOrMark();
    commitWithoutBarrier();
  }

  void commitWithoutBarrier() {
    committed = new TreeMap<>(submitted);
    owedCommitted = new TreeSet<>(owed);
    committedIsStoredOrOwed();
  }

  /** The task dies: what was not committed is gone; calls on their way are not. */
  void crash() {
    lane.close();
    life++;
    submitted.clear();
    submitted.putAll(committed);
    owed = new TreeSet<>(owedCommitted);
    lane = open();
    committedIsStoredOrOwed();
  }

  /** Everything works again for long enough. */
  void calmDown() {
    for (int round = 0; round < 100 && busy(); round++) {
      pass(Duration.ofSeconds(1));
      while (!calls.isEmpty()) {
        answer(0, CallOutcome.SETTLED);
      }
      List<Runnable> due = new ArrayList<>(timers);
      timers.clear();
      due.forEach(Runnable::run);
      lane.tick();
    }
    commit();
  }

  private boolean busy() {
    return !calls.isEmpty() || !timers.isEmpty() || lane.size() > 0 || !owed.isEmpty();
  }

  void everythingIsStored() {
    // a call whose transaction was lost may have stored more: its event is processed again
    boolean reached =
        submitted.entrySet().stream()
            .allMatch(entry -> stored.getOrDefault(entry.getKey(), 0) >= entry.getValue());
    if (!reached || !owed.isEmpty() || lane.size() != 0) {
      throw new AssertionError(
          "submitted %s, stored %s, owed %s".formatted(submitted, stored, owed));
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

  /** Save for hedges, whose stragglers may still be out when the next version is called. */
  private void atMostOneCallAKey() {
    if (hedging) {
      return;
    }
    for (String key : submitted.keySet()) {
      List<Integer> versions =
          calls.stream()
              .filter(call -> call.life() == life && call.request().key().equals(key))
              .map(call -> call.request().version())
              .toList();
      if (versions.size() > 1) {
        throw new AssertionError("calls of " + key + " at the same time: " + versions);
      }
    }
  }
}
