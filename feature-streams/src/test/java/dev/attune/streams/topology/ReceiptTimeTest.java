package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReceiptTimeTest {
  private static final long NOW = 1_800_000_000_000L;

  private long clock = NOW;
  private final ReceiptTime receipt = new ReceiptTime(() -> Instant.ofEpochMilli(clock));

  @Test
  void isTheClocksBeforeAnyEvent() {
    assertThat(receipt.now()).isEqualTo(NOW);
  }

  @Test
  void isThatOfTheEventsWhileOldOnesAreRead() {
    receipt.reached(NOW - 7_200_000);
    receipt.reached(NOW - 3_600_000);
    receipt.reached(NOW - 3_600_001);

    assertThat(receipt.now()).isEqualTo(NOW - 3_600_000);
  }

  @Test
  void isTheClocksAgainWhenNoneAreLeft() {
    receipt.reached(NOW - 3_600_000);

    clock += 1_000;

    assertThat(receipt.now()).isEqualTo(clock);
  }

  @Test
  void isNeverAheadOfTheClock() {
    receipt.reached(NOW + 60_000);

    assertThat(receipt.now()).isEqualTo(NOW);
  }
}
