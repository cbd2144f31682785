package dev.attune.schemas.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.InteractionEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventTimesTest {
  private static final long RECEIPT = 1_000_000;

  @Test
  void withoutSentAtTheClientsTimeStandsUnlessItIsAfterReceipt() {
    assertThat(settled(900_000, null)).isEqualTo(900_000);
    assertThat(settled(-5, null)).isEqualTo(-5);
    assertThat(settled(1_000_001, null)).isEqualTo(RECEIPT);
  }

  @Test
  void withSentAtTheClockIsCorrectedAndClamped() {
    assertThat(settled(400_000, 500_000L)).isEqualTo(900_000);
    assertThat(settled(1_400_000, 1_500_000L)).isEqualTo(900_000);
    assertThat(settled(600_000, 500_000L)).isEqualTo(RECEIPT);
  }

  @Test
  void anEventWithoutATimeHappenedAtReceipt() {
    assertThat(settled(EventTimes.NOT_GIVEN, null)).isEqualTo(RECEIPT);
    assertThat(settled(EventTimes.NOT_GIVEN, 5L)).isEqualTo(RECEIPT);
  }

  @Test
  void extremeClocksDoNotWrapAround() {
    assertThat(settled(Long.MAX_VALUE, Long.MIN_VALUE)).isEqualTo(RECEIPT);
    assertThat(settled(Long.MIN_VALUE + 1, Long.MAX_VALUE))
        .isEqualTo(Instant.parse("0000-01-01T00:00:00Z").toEpochMilli());
  }

  private static long settled(long occurredAt, @Nullable Long sentAt) {
    InteractionEvent event = new InteractionEvent();
    event.setOccurredAt(occurredAt);
    EventTimes.settle(event, sentAt, RECEIPT);
    assertThat(event.getReceivedAt()).isEqualTo(RECEIPT);
    return event.getOccurredAt();
  }
}
