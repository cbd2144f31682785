package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserHasher;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReceiptTimeTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final TopicPartition PARTITION = new TopicPartition("events", 3);

  private long caughtUp;
  private final ReceiptTime receipt =
      new ReceiptTime(
          new TopologyContext(
              Playbook.load(Path.of("src/test/resources/playbook")).engine(),
              0,
              () -> Instant.ofEpochMilli(NOW),
              new EventMeters(new SimpleMeterRegistry()),
              partition -> partition.equals(PARTITION) ? caughtUp : NOW,
              Rereads.UNHEARD,
              Predecessor.NONE,
              new UserHasher("0123456789abcdef"),
              Tracing.OFF),
          PARTITION);

  @Test
  void isUnknownBeforeAnythingWasRead() {
    assertThat(receipt.now()).isZero();
  }

  @Test
  void isThatOfTheNewestRecord() {
    receipt.reached(NOW - 7_200_000);
    receipt.reached(NOW - 3_600_000);
    receipt.reached(NOW - 3_600_001);

    assertThat(receipt.now()).isEqualTo(NOW - 3_600_000);
  }

  @Test
  void goesOnWithoutRecordsOnceNothingWaits() {
    receipt.reached(NOW - 3_600_000);

    caughtUp = NOW - 2_000;

    assertThat(receipt.now()).isEqualTo(NOW - 2_000);
  }

  @Test
  void isNeverAheadOfTheClock() {
    receipt.reached(NOW + 60_000);

    assertThat(receipt.now()).isEqualTo(NOW);
  }
}
