package dev.attune.console.overview;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How it goes now, as the pages get it. Rates are of the last ten seconds, counts of the last five
 * minutes. What isn't known is null.
 *
 * @param at epoch milliseconds
 * @param countedSeconds how long ago counting began, 300 at most
 * @param stages in the order that an event passes them
 * @param parts what the stages stand on
 * @param reasons replies by reason
 * @param refused events by code, at the door and behind it
 * @param deadLetters how many were kept to be looked at
 * @param segments users by segment
 * @param features by name, events after which it was neither missing nor 0, since feature-streams
 *     began
 * @param readBudgetSeconds how long a reply waits for Redis
 */
record Overview(
    long at,
    long countedSeconds,
    List<Stage> stages,
    List<Part> parts,
    Freshness freshness,
    Replies replies,
    Map<String, Double> reasons,
    Map<String, Double> refused,
    @Nullable Double deadLetters,
    Map<String, Double> segments,
    Map<String, Double> features,
    @Nullable Double readBudgetSeconds) {
  /**
   * A service on the way of an event.
   *
   * @param state ok; bad when no instance is ready; else warn
   * @param version with its commit; several while one replaces the other
   * @param perSecond events, calls or replies
   * @param p99Seconds of the step to the next stage, where it is measured
   * @param waiting what has not been read yet; null where nothing can wait
   * @param errors by kind
   * @param troubles in the service's own words
   */
  record Stage(
      String name,
      String state,
      Instances instances,
      String version,
      @Nullable Double perSecond,
      @Nullable Double p99Seconds,
      @Nullable Double waiting,
      Map<String, Double> errors,
      List<String> troubles) {}

  /** How many a service has by its name, and of these answer and are ready. */
  record Instances(int all, int answering, int ready) {}

  /**
   * Kafka, Redis, the schema registry or the playbook.
   *
   * @param state ok, warn, bad or unknown
   * @param p99Seconds how long it takes to answer, where it is measured
   */
  record Part(String name, String state, @Nullable Double p99Seconds) {}

  record Freshness(@Nullable Double p50, @Nullable Double p99) {}

  /**
   * @param personalizedShare of those of the last five minutes
   */
  record Replies(@Nullable Double perSecond, @Nullable Double personalizedShare) {}
}
