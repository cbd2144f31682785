package dev.attune.console.overview;

import java.util.Set;
import java.util.function.BinaryOperator;

/** The names of the metrics that the overview is made of, as Prometheus knows them. */
final class Figures {
  static final String ACCEPTED = "attune_ingest_accepted_events_total";
  static final String REJECTED = "attune_ingest_rejected_total";
  static final String UNACKNOWLEDGED = "attune_ingest_unacknowledged_total";
  static final String BROKER_SECONDS = "attune_ingest_broker_seconds";
  static final String PROCESSED = "attune_streams_events_total";
  static final String STREAMS_LETTERS = "attune_streams_dead_letters_total";
  static final String LAG = "attune_streams_lag";
  static final String SEGMENT_SIZE = "attune_segment_size";
  static final String FEATURE_ROWS = "attune_feature_rows_total";
  static final String SCORED = "attune_scoring_calls_total";
  static final String FRESHNESS = "attune_freshness_seconds";
  static final String REPLIES = "attune_replies_total";
  static final String STORE_OPEN = "attune_store_open";
  static final String STORE_READ = "attune_store_read_seconds";
  static final String STORE_BUDGET = "attune_store_budget_seconds";
  static final String DECISIONS_LOST = "attune_decisions_lost_total";
  static final String PLAYBOOK_PENDING = "attune_playbook_pending";

  static final String GATEWAY_LETTERS = "attune_ingest_dead_letters_total";
  static final String EVENT_AGE = "attune_streams_event_age_seconds";
  static final String REGISTRY_UP = "attune_registry_up";
  static final String KAFKA_UP = "attune_kafka_up";
  static final String STARTED = "process_start_time_seconds";
  static final String UPTIME = "process_uptime_seconds";

  static final Set<String> ALL =
      Set.of(
          ACCEPTED,
          REJECTED,
          UNACKNOWLEDGED,
          BROKER_SECONDS + "_bucket",
          PROCESSED,
          STREAMS_LETTERS,
          LAG,
          SEGMENT_SIZE,
          FEATURE_ROWS,
          SCORED,
          FRESHNESS + "_bucket",
          REPLIES,
          STORE_OPEN,
          STORE_READ + "_bucket",
          STORE_BUDGET,
          DECISIONS_LOST,
          PLAYBOOK_PENDING,
          GATEWAY_LETTERS,
          EVENT_AGE + "_bucket",
          REGISTRY_UP,
          KAFKA_UP,
          STARTED,
          UPTIME);

  /** Gauges that aren't shares of a whole: the worst instance tells. */
  private static final Set<String> WORST = Set.of(STORE_OPEN, STORE_BUDGET, PLAYBOOK_PENDING);

  private Figures() {}

  /** Whether its growth is told; but for how often features speak, which is since the start. */
  static boolean isCounter(String name) {
    return (name.endsWith("_total") || name.endsWith("_bucket")) && !name.equals(FEATURE_ROWS);
  }

  /** How two instances' values of a gauge become one. */
  static BinaryOperator<Double> together(String gauge) {
    if (gauge.equals(REGISTRY_UP) || gauge.equals(KAFKA_UP)) {
      return Double::min;
    }
    return WORST.contains(gauge) ? Double::max : Double::sum;
  }
}
