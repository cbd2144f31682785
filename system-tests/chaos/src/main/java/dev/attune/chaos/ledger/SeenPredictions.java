package dev.attune.chaos.ledger;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What was seen of users' predictions while the load went on: how long each accepted event took to
 * be in its user's prediction, and that none went back to an older event. Times are nanoseconds of
 * one clock, which the callers read. Thread-safe.
 */
public final class SeenPredictions {
  private final Map<String, Deque<Due>> due = new HashMap<>();
  private final Map<String, Position> seen = new HashMap<>();

  /** Of each user the newest version that any look found, also before the store lost it. */
  private final Map<String, Position> newest = new HashMap<>();

  private final List<String> known = new ArrayList<>();
  private final Set<String> wentBack = new LinkedHashSet<>();
  private final Freshness past = new Freshness();
  private Freshness now = new Freshness();
  private Predicate<String> counted = _ -> true;
  private long looks;
  private int turn;

  /** An accepted event that no look has found yet. */
  private record Due(Position position, long since) {}

  synchronized void accepted(String user, Position position, long nanos) {
    due.computeIfAbsent(user, _ -> new ArrayDeque<>()).add(new Due(position, nanos));
  }

  /** Whom to look at next: all with an event that is due, and in turns some of the others. */
  public synchronized Set<String> next(int others) {
    Set<String> users = new LinkedHashSet<>(due.keySet());
    for (int i = 0; i < Math.min(others, known.size()); i++) {
      turn = (turn + 1) % known.size();
      users.add(known.get(turn));
    }
    return users;
  }

  /**
   * A user's prediction was read.
   *
   * @param version the newest event in it
   * @param scoredMillis from its receipt to its score
   */
  public synchronized void saw(String user, Position version, long scoredMillis, long nanos) {
    looks++;
    Position before = seen.get(user);
    if (before != null && before.isAfter(version)) {
      wentBack.add(user);
    } else if (seen.put(user, version) == null) {
      known.add(user);
    }
    if (isNews(user, version) && counted.test(user)) {
      now.scored(scoredMillis);
    }
    Deque<Due> open = due.getOrDefault(user, new ArrayDeque<>());
    while (!open.isEmpty() && !open.peek().position().isAfter(version)) {
      now.waited(nanos - open.remove().since());
    }
    if (open.isEmpty()) {
      due.remove(user);
    }
  }

  private boolean isNews(String user, Position version) {
    Position before = newest.get(user);
    if (before != null && !version.isAfter(before)) {
      return false;
    }
    newest.put(user, version);
    return true;
  }

  /** There is no prediction of the user. */
  public synchronized void sawNone(String user) {
    looks++;
    if (seen.containsKey(user)) {
      wentBack.add(user);
    }
  }

  /** The store lost what it had: it is filled again, perhaps with what is a little older. */
  public synchronized void forget() {
    seen.clear();
    known.clear();
  }

  /** Whose time to the score is counted from now on. */
  public synchronized void count(Predicate<String> users) {
    counted = users;
  }

  /** What was seen since the last call. */
  public synchronized Freshness take() {
    Freshness taken = now;
    past.add(taken);
    now = new Freshness();
    return taken;
  }

  /** Users with an event from before this moment that no look has found yet. */
  public synchronized long waiting(long nanos) {
    return due.values().stream()
        .filter(open -> !open.isEmpty() && open.peek().since() - nanos < 0)
        .count();
  }

  /** Nobody had to wait longer than this at any time. */
  public synchronized Check nobodyWaitedLonger(Duration limit) {
    var unused = take();
    return new Check(
        "at any time of the run each accepted event is in Redis within %d s"
            .formatted(limit.toSeconds()),
        String.format(
            Locale.ROOT,
            "%,d events, the longest after %.1f s, %,d users never",
            past.events(),
            past.longestWait().toMillis() / 1e3,
            due.size()),
        past.events() > 0 && due.isEmpty() && past.longestWait().compareTo(limit) <= 0);
  }

  /** No prediction gave way to an older one, or to none. */
  public synchronized Check nobodyWentBack() {
    return new Check(
        "no look during the run finds an older prediction than the look before",
        String.format(
            Locale.ROOT,
            "%,d looks, %,d users went back%s",
            looks,
            wentBack.size(),
            Examples.of(wentBack)),
        looks > 0 && wentBack.isEmpty());
  }
}
