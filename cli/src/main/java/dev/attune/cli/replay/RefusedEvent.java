package dev.attune.cli.replay;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refused event as a line of JSON: {@code {"letter": {place, source, code, field, detail,
 * receivedAt}, "event": {…}}}. Where no event could be found there is {@code original} (text) or
 * {@code originalBase64} instead; whoever corrects the line puts {@code event} there.
 *
 * @param refusedAt when its letter was written, epoch milliseconds; 0 when unknown
 * @param place what tells it apart when it has no id
 */
public record RefusedEvent(ObjectNode line, long refusedAt, String place) {
  public @Nullable ObjectNode event() {
    return line.get("event") instanceof ObjectNode event ? event : null;
  }

  /** Letters of one event have the same key, and so has the event in a topic. */
  String key() {
    ObjectNode event = event();
    String id = event == null ? null : event.path("eventId").stringValue(null);
    return id == null ? "at " + place : key(id);
  }

  static String key(String eventId) {
    return "id " + eventId;
  }

  static RefusedEvent newer(RefusedEvent one, RefusedEvent other) {
    return one.refusedAt > other.refusedAt ? one : other;
  }
}
