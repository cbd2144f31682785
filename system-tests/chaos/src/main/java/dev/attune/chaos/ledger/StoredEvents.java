package dev.attune.chaos.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What {@code interaction-events} holds. */
public final class StoredEvents {
  private final Map<String, Integer> copies = new HashMap<>();
  private final Map<String, Integer> clicks = new HashMap<>();
  private final Set<String> users = new HashSet<>();
  private final Offsets offsets = new Offsets();

  public void add(int partition, long offset, SentEvent event) {
    offsets.add(partition, offset);
    users.add(event.userId());
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
    return users;
  }

  Offsets offsets() {
    return offsets;
  }
}
