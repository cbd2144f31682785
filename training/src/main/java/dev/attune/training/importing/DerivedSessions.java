package dev.attune.training.importing;

import dev.attune.core.bytes.Sha256;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Sessions for logs that name none: a user's events belong together until nothing came for the gap.
 * Events come in the order of their time. An event that names its session keeps it.
 */
final class DerivedSessions {
  private static final int ID_DIGITS = 16;

  private final long gapMillis;
  private final Map<String, Session> users = new HashMap<>();

  DerivedSessions(Duration gap) {
    this.gapMillis = gap.toMillis();
  }

  private record Session(String id, long last) {}

  void settle(InteractionEvent event) {
    if (event.getSessionId() != null) {
      return;
    }
    long now = event.getOccurredAt();
    Session known = users.get(event.getUserId());
    String id =
        known != null && now - known.last() <= gapMillis ? known.id() : id(event.getUserId(), now);
    users.put(event.getUserId(), new Session(id, now));
    event.setSessionId(id);
  }

  /** The same for the same user and beginning, whenever it is imported. */
  private static String id(String userId, long start) {
    return Sha256.hex(userId + " " + start).substring(0, ID_DIGITS);
  }
}
