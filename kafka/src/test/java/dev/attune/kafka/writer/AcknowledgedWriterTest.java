package dev.attune.kafka.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.SegmentChange;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Where Kafka is not. Writing to a real one is part of the tests of erasures, exports and audits.
 */
class AcknowledgedWriterTest {
  private static final Duration PATIENCE = Duration.ofMillis(400);

  private static final SegmentChange ACT =
      new SegmentChange("u", "new", "entered", 0, 1, 2L, 3L, 4L);

  private final AcknowledgedWriter writer =
      new AcknowledgedWriter(
          KafkaSettings.of("127.0.0.1:1"),
          new SchemaRegistryClient(URI.create("http://127.0.0.1:1"), Duration.ofMillis(50)),
          "test",
          PATIENCE);

  @Test
  void saysInTimeThatKafkaIsAway() {
    long began = System.nanoTime();

    assertThatExceptionOfType(NotWrittenException.class)
        .isThrownBy(() -> writer.write("acts", "u", ACT))
        .withMessageStartingWith("acts can't be written: ");

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE.multipliedBy(20));
    writer.close();
  }

  @Test
  void anInterruptedWriterStaysInterrupted() {
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(NotWrittenException.class)
        .isThrownBy(() -> writer.write("acts", "u", ACT));

    assertThat(Thread.interrupted()).isTrue();
    writer.close();
  }
}
