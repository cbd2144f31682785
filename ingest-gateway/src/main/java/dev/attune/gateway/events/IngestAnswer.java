package dev.attune.gateway.events;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a batch: what became of each of its events.
 *
 * @param tokens by user, the position of its last accepted event
 * @param warnings what is odd about accepted events
 */
record IngestAnswer(
    int accepted, List<Rejected> rejected, Map<String, String> tokens, List<Warning> warnings) {
  /** One refused event. */
  record Rejected(
      int index, @Nullable String eventId, String code, @Nullable String field, String detail) {}

  /** What the client should mend, though the event was accepted. */
  record Warning(int index, String eventId, String code, String field, String detail) {}

  int status() {
    return rejected.isEmpty() ? 200 : accepted > 0 ? 207 : 400;
  }
}
