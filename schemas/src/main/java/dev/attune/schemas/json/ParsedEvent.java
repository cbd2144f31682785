package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/** One event of a body, with the range of bytes it came from (end exclusive). */
public sealed interface ParsedEvent {
  int start();

  int end();

  /**
   * An event that keeps the contract. Its times are the client's: see {@link EventTimes#settle}.
   */
  record Valid(InteractionEvent event, int start, int end) implements ParsedEvent {}

  /** A refused event, with its ids as far as they could be read. */
  record Invalid(
      EventError error, @Nullable String eventId, @Nullable String userId, int start, int end)
      implements ParsedEvent {}
}
