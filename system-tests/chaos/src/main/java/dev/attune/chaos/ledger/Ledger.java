package dev.attune.chaos.ledger;

import dev.attune.schemas.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What clients sent and what they were told. Thread-safe. */
public final class Ledger {
  private final Map<String, Entry> events = new ConcurrentHashMap<>();
  private final Map<String, Position> lastAccepted = new ConcurrentHashMap<>();
  private final Map<String, Long> oneShots = new ConcurrentHashMap<>();
  private final SeenPredictions seen = new SeenPredictions();
  private final LongAdder accepted = new LongAdder();
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

  /**
   * An event's fate.
   *
   * @param attempts how often it was sent
   * @param accepted whether one of them was answered with 2xx; else nobody knows
   */
  record Entry(SentEvent event, int attempts, boolean accepted) {}

  /** Before they leave, each time they do. */
  public void sending(List<SentEvent> batch) {
    for (SentEvent event : batch) {
      events.merge(
          event.id(),
          new Entry(event, 1, false),
          (before, _) -> new Entry(event, before.attempts + 1, before.accepted));
    }
  }

  /**
   * A 2xx came.
   *
   * @param tokens per user the position of its last accepted event
   * @param nanos when it came
   */
  public void accepted(List<SentEvent> batch, Map<String, String> tokens, long nanos) {
    for (SentEvent event : batch) {
      events.computeIfPresent(
          event.id(),
          (_, before) -> {
            if (!before.accepted) {
              accepted.increment();
            }
            return new Entry(event, before.attempts, true);
          });
      if (event.isOneShot()) {
        oneShots.putIfAbsent(event.userId(), nanos);
      }
    }
    tokens.forEach((user, token) -> accepted(user, Position.parse(token), nanos));
  }

  private void accepted(String user, Position position, long nanos) {
    lastAccepted.merge(user, position, (a, b) -> b.isAfter(a) ? b : a);
    seen.accepted(user, position, nanos);
  }

  /** A reply came that exposes its user, hence must be recorded. */
  public void shown(String decisionId) {
    shown.add(decisionId);
  }

  /** Decisions of the replies that came so far. */
  public Set<String> shown() {
    return Set.copyOf(shown);
  }

  /** Events answered with 2xx so far. */
  public long accepted() {
    return accepted.sum();
  }

  /** Events that nobody answered for. */
  public long unanswered() {
    return events.size() - accepted();
  }

  /** Who sent something that was accepted, and the position of the last. */
  public Map<String, Position> lastAccepted() {
    return lastAccepted;
  }

  /** What is seen of the accepted events meanwhile. */
  public SeenPredictions seen() {
    return seen;
  }

  /** Users whose one event was accepted, and when. */
  Map<String, Long> oneShots() {
    return oneShots;
  }

  Map<String, Entry> events() {
    return events;
  }
}
