package dev.attune.training.importing;

import dev.attune.core.bytes.Sha256;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.LinkedHashMap;

/**
 * Sessions for logs that name none: a user's events belong together until nothing came for the gap.
 * Events come in the order of their time, so whoever is silent for longer is forgotten. An event
 * that names its session keeps it.
 */
final class DerivedSessions {
  private static final int ID_DIGITS = 16;

  private final long gapMillis;

  /** Open ones; the first has been silent for longest. */
  private final LinkedHashMap<String, Session> users = new LinkedHashMap<>();

  DerivedSessions(Duration gap) {
    this.gapMillis = gap.toMillis();
  }

  private record Session(String id, long last) {}

  void settle(InteractionEvent event) {
    if (event.getSessionId() != null) {
      return;
    }
    long now = event.getOccurredAt();
    while (!users.isEmpty() && now - users.firstEntry().getValue().last() > gapMillis) {
      var unused = users.pollFirstEntry();
    }
    Session known = users.get(event.getUserId());
    String id = known != null ? known.id() : id(event.getUserId(), now);
    var unused = users.putLast(event.getUserId(), new Session(id, now));
    event.setSessionId(id);
  }

  int open() {
    return users.size();
  }

  /** The same for the same user and beginning, whenever it is imported. */
  private static String id(String userId, long start) {
    return Sha256.hex(userId + " " + start).substring(0, ID_DIGITS);
  }
}
