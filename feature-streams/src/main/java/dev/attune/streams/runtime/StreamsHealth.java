package dev.attune.streams.runtime;

import dev.attune.core.user.NewerRowException;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready while Kafka Streams runs, alive unless it has given up. Where a newer version wrote the
 * rows it is not ready and yet alive, since a restart doesn't help. What is wrong with the epoch is
 * no part of either: another instance would do no better, and a restart alone doesn't help.
 */
public final class StreamsHealth {
  private static final String REMEDY =
      "raise ATTUNE_EPOCH above every epoch that was set before, in ingest-gateway, feature-streams"
          + " and response-api, and restart them";

  private static final String FORWARD =
      "install the newer version again, or count the state anew: docs/operations.md, Upgrades";

  private StreamsHealth() {}

  public static HealthIndicator readiness(StreamsRunner runner) {
    return () -> {
      KafkaStreams.State state = runner.state();
      Health.Builder health =
          state == KafkaStreams.State.RUNNING ? Health.up() : Health.outOfService();
      health.withDetail("state", state == null ? "SETTING_UP" : state.name());
      NewerRowException newer = runner.newerRow();
      if (newer != null) {
        health
            .withDetail("reason", String.valueOf(newer.getMessage()))
            .withDetail("remedy", FORWARD);
      }
      return health.build();
    };
  }

  /** Out of service once positions don't grow any more, as then predictions of known users stay. */
  public static HealthIndicator epoch(EpochCheck epochs) {
    return () -> {
      boolean lowered = epochs.highestEpoch() > epochs.epoch();
      boolean createdAnew = !epochs.createdAnew().isEmpty();
      Health.Builder health = lowered || createdAnew ? Health.outOfService() : Health.up();
      health.withDetail("epoch", epochs.epoch());
      if (createdAnew) {
        health.withDetail("createdAnew", epochs.createdAnew());
      }
      if (lowered) {
        health.withDetail(
            "lowered", "from %d to %d".formatted(epochs.highestEpoch(), epochs.epoch()));
      }
      if (lowered || createdAnew) {
        health.withDetail("remedy", REMEDY);
      }
      return health.build();
    };
  }

  public static HealthIndicator liveness(StreamsRunner runner) {
    return () -> (runner.isBroken() ? Health.down() : Health.up()).build();
  }
}
