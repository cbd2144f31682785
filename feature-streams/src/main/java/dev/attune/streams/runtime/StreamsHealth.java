package dev.attune.streams.runtime;

import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready while Kafka Streams runs, alive unless it has given up. */
public final class StreamsHealth {
  private StreamsHealth() {}

  public static HealthIndicator readiness(StreamsRunner runner) {
    return () -> {
      KafkaStreams.State state = runner.state();
      Health.Builder health =
          state == KafkaStreams.State.RUNNING ? Health.up() : Health.outOfService();
      return health.withDetail("state", state == null ? "SETTING_UP" : state.name()).build();
    };
  }

  public static HealthIndicator liveness(StreamsRunner runner) {
    return () -> (runner.isBroken() ? Health.down() : Health.up()).build();
  }
}
