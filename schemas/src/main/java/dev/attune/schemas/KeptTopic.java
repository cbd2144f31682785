package dev.attune.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A topic and how long its records are kept.
 *
 * @param retention empty when the topic is compacted: the latest record a key is kept for ever
 */
public record KeptTopic(String name, Optional<Duration> retention) {

  /** An erased user's older records must be gone within a day, so compaction may not lag longer. */
  private static final Duration MAX_COMPACTION_LAG = Duration.ofHours(24);

  /** A record goes with its whole segment: at most a day after its time, not a week. */
  private static final Duration SEGMENT = Duration.ofHours(24);

  static KeptTopic days(String name, int days) {
    return new KeptTopic(name, Optional.of(Duration.ofDays(days)));
  }

  static KeptTopic compacted(String name) {
    return new KeptTopic(name, Optional.empty());
  }

  public boolean isCompacted() {
    return retention.isEmpty();
  }

  /** Kafka's settings for it. */
  Map<String, String> configuration() {
    return retention
        .map(
            time ->
                Map.of(
                    "cleanup.policy",
                    "delete",
                    "retention.ms",
                    millis(time),
                    "segment.ms",
                    millis(SEGMENT)))
        .orElseGet(
            () ->
                Map.of(
                    "cleanup.policy",
                    "compact",
                    "max.compaction.lag.ms",
                    millis(MAX_COMPACTION_LAG)));
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }
}
