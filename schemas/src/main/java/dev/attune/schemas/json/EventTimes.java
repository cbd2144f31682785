package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Settles an event's times at receipt (contract §3): only a batch that carries {@code sentAt} has
 * its clock corrected, by receipt − sentAt; nothing happens after its receipt; an event without a
 * time happened at receipt. All are of the years 0000 to 9999, as RFC 3339 writes them, so that who
 * adds or subtracts durations never wraps around.
 */
public final class EventTimes {
  /** Stands in {@code occurredAt} for "not given". */
  public static final long NOT_GIVEN = Long.MIN_VALUE;

  private static final long EARLIEST = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private EventTimes() {}

  /** Whether a time is of the years 0000 to 9999. */
  static boolean isWritable(long millis) {
    return millis >= EARLIEST && millis <= LATEST;
  }

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
    return Math.max(EARLIEST, Math.min(receivedAt, saturatedAdd(given, correction)));
  }

  private static long saturatedAdd(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }
}
