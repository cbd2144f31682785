package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.topic.KeyPartition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** After a roll-back, rows that a newer version wrote are refused, and nothing is lost. */
@Timeout(300)
@ExtendWith(OutputCaptureExtension.class)
class NewerRowIT {
  private static final String USER = "u0";

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();
  private int clicks;

  NewerRowIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void anOlderVersionLeavesNewerRowsToOthers(CapturedOutput log) {
    try (StreamsApp _ = start("first")) {
      click();
      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == 1);
    }
    byte[] row = row();
    byte[] newer = row.clone();
    newer[0]++;
    write(newer);

    try (StreamsApp app = start("older")) {
      click();

      soon().until(() -> app.managed("/actuator/health/readiness").statusCode() == 503);
      assertThat(app.managed("/actuator/health/readiness").body())
          .contains("a newer version of Attune wrote users' rows", "install the newer version");
      assertThat(app.managed("/actuator/health/liveness").statusCode()).isEqualTo(200);
      assertThat(log).containsOnlyOnce("leaves its partitions to the newer one");
      assertThat(pipeline.committed()).isEqualTo(1);
      assertThat(row()).isEqualTo(newer);
    }

    write(row);
    try (StreamsApp _ = start("newer")) {
      everyVersionIsStored();
      assertThat(Objects.requireNonNull(scoring.last(USER)).getOffset()).isEqualTo(1);
    }
  }

  /** Without a state of its own: it restores the rows from their changelog. */
  private StreamsApp start(String name) {
    return StreamsApp.start(pipeline.properties(scoring, home.resolve(name)));
  }

  private void click() {
    pipeline.send(Events.clicked(USER, "e-" + clicks++, System.currentTimeMillis()));
    pipeline.flush();
  }

  private void everyVersionIsStored() {
    soon().untilAsserted(() -> assertThat(scoring.stored()).isEqualTo(pipeline.lastOffset));
  }

  private byte[] row() {
    String key = HexFormat.of().formatHex(USER.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of()
        .parseHex(
            Objects.requireNonNull(pipeline.latest(changelog()).get(partition() + " " + key)));
  }

  private void write(byte[] row) {
    try (var producer =
        new KafkaProducer<>(
            pipeline.kafka().producer("rows", Map.of()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      var unused = producer.send(new ProducerRecord<>(changelog(), partition(), USER, row));
    }
  }

  private String changelog() {
    return pipeline.applicationId + "-users-changelog";
  }

  private static int partition() {
    return KeyPartition.of(USER, Pipeline.PARTITIONS);
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }
}
