package dev.attune.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A topic and how long its records are kept.
 *
 * @param retention empty: the latest record a key is kept for ever
 * @param isCompacted only the latest record a key is kept
 */
public record KeptTopic(String name, Optional<Duration> retention, boolean isCompacted) {
  /** An erased user's older records must be gone within a day, so compaction may not lag longer. */
  private static final Duration MAX_COMPACTION_LAG = Duration.ofHours(24);

  /** A record goes with its whole segment: at most a day after its time, not a week. */
  private static final Duration SEGMENT = Duration.ofHours(24);

  static KeptTopic days(String name, int days) {
    return new KeptTopic(name, Optional.of(Duration.ofDays(days)), false);
  }

  /** The latest record a key, as long as it isn't older than that. */
  static KeptTopic latestOfDays(String name, int days) {
    return new KeptTopic(name, Optional.of(Duration.ofDays(days)), true);
  }

  static KeptTopic compacted(String name) {
    return new KeptTopic(name, Optional.empty(), true);
  }

  /** Kafka's settings for it. */
  public Map<String, String> configuration() {
    Map<String, String> settings = new HashMap<>();
    if (isCompacted) {
      settings.put("max.compaction.lag.ms", millis(MAX_COMPACTION_LAG));
    }
    retention.ifPresent(
        time -> {
          settings.put("retention.ms", millis(time));
          settings.put("segment.ms", millis(SEGMENT));
        });
    settings.put("cleanup.policy", policy());
    return settings;
  }

  private String policy() {
    if (isCompacted) {
      return retention.isPresent() ? "compact,delete" : "compact";
    }
    return "delete";
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }
}
