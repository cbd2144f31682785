package dev.attune.core.scoring;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The reply that an event speaks of, such as thumbs under one of several. */
final class RatedDecision {
  private static final int VERSION = 7;
  private static final int TEXT_LENGTH = 36;

  private RatedDecision() {}

  /**
   * When it was decided, epoch milliseconds: the first 48 bits of its id, a UUIDv7 (RFC 9562, 5.7).
   * Empty when the event names no decision.
   */
  static OptionalLong time(InteractionEvent event) {
    String id = decisionId(event);
    if (id == null || id.length() != TEXT_LENGTH) {
      return OptionalLong.empty();
    }
    try {
      UUID uuid = UUID.fromString(id);
      return uuid.version() == VERSION
          ? OptionalLong.of(uuid.getMostSignificantBits() >>> 16)
          : OptionalLong.empty();
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  private static @Nullable String decisionId(InteractionEvent event) {
    if (event.getFeedback() != null) {
      return event.getFeedback().getDecisionId();
    }
    return event.getQuickReplyUsed() == null ? null : event.getQuickReplyUsed().getDecisionId();
  }
}
