package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import org.jspecify.annotations.Nullable;

/**
 * Settles an event's times at receipt (contract §3): only a batch that carries {@code sentAt} has
 * its clock corrected, by receipt − sentAt; nothing happens after its receipt; an event without a
 * time happened at receipt.
 */
public final class EventTimes {
  /** Stands in {@code occurredAt} for "not given". */
  public static final long NOT_GIVEN = Long.MIN_VALUE;

  private EventTimes() {}

  public static void settle(InteractionEvent event, @Nullable Long sentAt, long receivedAt) {
    event.setReceivedAt(receivedAt);
    event.setOccurredAt(occurredAt(event.getOccurredAt(), sentAt, receivedAt));
  }

  private static long occurredAt(long given, @Nullable Long sentAt, long receivedAt) {
    if (given == NOT_GIVEN) {
      return receivedAt;
    }
    if (sentAt == null) {
      return Math.min(given, receivedAt);
    }
    // saturating: a binary batch may carry any 64 bits, and must not wrap around
    long correction = saturatedAdd(receivedAt, sentAt == Long.MIN_VALUE ? Long.MAX_VALUE : -sentAt);
    return Math.min(receivedAt, saturatedAdd(given, correction));
  }

  private static long saturatedAdd(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }
}
