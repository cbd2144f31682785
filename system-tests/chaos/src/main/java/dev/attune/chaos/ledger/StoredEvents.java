package dev.attune.chaos.ledger;

import dev.attune.schemas.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What {@code interaction-events} holds. */
public final class StoredEvents {
  private final Map<String, Integer> copies = new HashMap<>();
  private final Map<String, Integer> clicks = new HashMap<>();
  private final Map<String, Position> last = new HashMap<>();
  private final Offsets offsets;

  public StoredEvents() {
    offsets = new Offsets();
  }

  /** All but what is known of one event. */
  private StoredEvents(StoredEvents other, String without) {
    copies.putAll(other.copies);
    clicks.putAll(other.clicks);
    last.putAll(other.last);
    offsets = other.offsets;
    copies.remove(without);
  }

  public void add(int partition, long offset, SentEvent event) {
    offsets.add(partition, offset);
    Position position = new Position(0, partition, offset);
    last.merge(event.userId(), position, (a, b) -> b.isAfter(a) ? b : a);
    int copy = copies.merge(event.id(), 1, Integer::sum);
    if (copy == 1 && event.click()) {
      clicks.merge(event.userId(), 1, Integer::sum);
    }
  }

  /** How often each event is there, by its id. */
  Map<String, Integer> copies() {
    return copies;
  }

  /** Everybody's clicks counted anew, each id once. */
  int clicks(String userId) {
    return clicks.getOrDefault(userId, 0);
  }

  Set<String> users() {
    return last.keySet();
  }

  /** Everybody's last event. */
  Map<String, Position> last() {
    return last;
  }

  /** The same, of these users alone. */
  public StoredEvents of(Set<String> users) {
    var some = new StoredEvents(this, "");
    some.clicks.keySet().retainAll(users);
    some.last.keySet().retainAll(users);
    return some;
  }

  /** As if the event had been lost. */
  StoredEvents without(String id) {
    return new StoredEvents(this, id);
  }

  Offsets offsets() {
    return offsets;
  }
}
