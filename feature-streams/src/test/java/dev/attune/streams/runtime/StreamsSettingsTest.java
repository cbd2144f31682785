package dev.attune.streams.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.streams.Bound;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class StreamsSettingsTest {
  private static Bound<StreamsSettings> bind(Map<String, String> properties) {
    return Bound.of("attune.streams", StreamsSettings.class, Map.of(), properties);
  }

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()).value())
        .isEqualTo(
            new StreamsSettings(
                "attune-feature-streams",
                "streams-1",
                Path.of(".attune/data/streams"),
                2,
                0,
                "exactly_once_v2",
                "classic",
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6),
                (short) -1,
                null,
                "127.0.0.1:7074",
                DataSize.ofMegabytes(96),
                DataSize.ofMegabytes(32)));
  }

  @Test
  void mapsEverySetting() {
    StreamsSettings settings =
        bind(Map.ofEntries(
                Map.entry("application-id", "app"),
                Map.entry("instance-id", "streams-2"),
                Map.entry("state-dir", "/state"),
                Map.entry("threads", "3"),
                Map.entry("standbys", "1"),
                Map.entry("processing-guarantee", "at_least_once"),
                Map.entry("commit-interval", "200ms"),
                Map.entry("session-timeout", "11s"),
                Map.entry("transaction-timeout", "61s"),
                Map.entry("replication-factor", "3"),
                Map.entry("rack", "zone-a"),
                Map.entry("advertised", "streams-1:7074"),
                Map.entry("state-memory", "1GB"),
                Map.entry("user-memory", "64MB")))
            .value();

    assertThat(settings)
        .isEqualTo(
            new StreamsSettings(
                "app",
                "streams-2",
                Path.of("/state"),
                3,
                1,
                "at_least_once",
                "classic",
                Duration.ofMillis(200),
                Duration.ofSeconds(11),
                Duration.ofSeconds(61),
                (short) 3,
                "zone-a",
                "streams-1:7074",
                DataSize.ofGigabytes(1),
                DataSize.ofMegabytes(64)));
  }

  @ParameterizedTest
  @CsvSource({
    "group-protocol, streams",
    "processing-guarantee, exactly_once",
    "application-id, ' '",
    "instance-id, 'a b'",
    "threads, 257",
    "threads, 0",
    "standbys, -1",
    "standbys, 9",
    "commit-interval, 0s",
    "session-timeout, -1s",
    "transaction-timeout, 0s",
    "state-memory, 0B",
    "state-memory, lots",
    "user-memory, -1MB",
    "advertised, http://streams"
  })
  void refusesWhatCannotWork(String name, String value) {
    assertThat(bind(Map.of(name, value)).problem()).contains("attune.streams." + name);
  }

  @Test
  void becomesKafkasProperties() {
    try (RocksDbMemory memory = new RocksDbMemory(DataSize.ofMegabytes(8))) {
      StreamsSettings settings = bind(Map.of("rack", "zone-a", "standbys", "1")).value();
      KafkaSettings kafka =
          Bound.of(
                  "attune.kafka",
                  KafkaSettings.class,
                  Map.of(),
                  Map.of("bootstrap-servers", "k:1", "security.protocol", "SSL"))
              .value();

      Properties config = KafkaConfig.streams(kafka, settings, memory);

      assertThat(config)
          .containsEntry("processing.guarantee", "exactly_once_v2")
          .containsEntry("group.protocol", "classic")
          .containsEntry("ensure.explicit.internal.resource.naming", true)
          .containsEntry("main.consumer.group.instance.id", "streams-1")
          .containsEntry("main.consumer.session.timeout.ms", 10_000)
          .containsEntry("producer.transaction.timeout.ms", 6_000)
          .containsEntry("commit.interval.ms", 2_000L)
          .containsEntry("client.tag.rack", "zone-a")
          .containsEntry("rack.aware.assignment.tags", "rack")
          .containsEntry("consumer.client.rack", "zone-a")
          .containsEntry("num.standby.replicas", 1)
          // unset: rebalancing is cooperative
          .doesNotContainKey("upgrade.from")
          .containsEntry("bootstrap.servers", "k:1")
          .containsEntry("security.protocol", "SSL");
      assertThat(new StreamsConfig(config).originals()).containsKey(RocksDbMemory.KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536"})
  void pipelineRefusesAnImpossibleEpoch(String epoch) {
    assertThat(pipeline(Map.of("epoch", epoch)).problem())
        .contains("attune.pipeline.epoch must be 0 to 65535");
  }

  @Test
  void pipelineHasDefaults() {
    assertThat(pipeline(Map.of()).value())
        .isEqualTo(new PipelineSettings(Path.of("playbooks/support"), 0));
  }

  @Test
  void pipelineMapsEverySetting() {
    assertThat(pipeline(Map.of("playbook", "books/shop", "epoch", "7")).value())
        .isEqualTo(new PipelineSettings(Path.of("books/shop"), 7));
  }

  @Test
  void erasuresNeedASecret() {
    assertThat(erasures(Map.of("secret", "0123456789abcdef")).value())
        .isEqualTo(new ErasureSettings("0123456789abcdef"));
    assertThat(erasures(Map.of()).problem()).contains("ATTUNE_ERASURE_SECRET");
    assertThat(erasures(Map.of("secret", "0123456789abcde")).problem())
        .contains("must have at least 16 characters")
        .doesNotContain("0123456789abcde");
  }

  private static Bound<ErasureSettings> erasures(Map<String, String> properties) {
    return Bound.of("attune.erasures", ErasureSettings.class, Map.of(), properties);
  }

  private static Bound<PipelineSettings> pipeline(Map<String, String> properties) {
    return Bound.of("attune.pipeline", PipelineSettings.class, Map.of(), properties);
  }
}
