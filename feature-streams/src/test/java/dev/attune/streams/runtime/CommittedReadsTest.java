package dev.attune.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.KafkaSettings;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommittedReadsTest {
  private final AtomicInteger looks = new AtomicInteger();

  /** Or windows of quiet partitions would never close again. */
  @Test
  void asksAgainAfterAFailureThatNobodyForesaw() {
    var reads =
        new CommittedReads(
            KafkaSettings.of("127.0.0.1:1"),
            "group",
            () -> {
              throw new IllegalStateException("look " + looks.incrementAndGet());
            },
            new EpochCheck("events", 1));
    reads.start();
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> looks.get() >= 2);
      assertThat(reads.kafkaAnswers()).isZero();
    } finally {
      reads.stop();
    }
  }
}
