package dev.attune.core.experiment.plan;

import dev.attune.core.feature.EventSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A declared metric. A user enters it once, when its window after the first exposure has closed,
 * with a numerator and a denominator that the kind says.
 *
 * @param window how long after the first exposure the user's events count
 * @param higherIsBetter false for times, costs and hand-offs
 * @param within a resolution later than this after its opening does not count ({@link
 *     Kind#SOLVED}); a pause as long as this ends a visit ({@link Kind#RETURN})
 * @param quantile which one of the users' values ({@link Kind#QUANTILE})
 * @param of events of the numerator, or whose number is added up
 * @param over events of the denominator
 * @param unit of its values
 * @param description what it is, in the playbook's words; null: none is given
 */
public record Metric(
    String name,
    Kind kind,
    Duration window,
    boolean higherIsBetter,
    Duration within,
    double quantile,
    @Nullable EventSelector of,
    @Nullable EventSelector over,
    Unit unit,
    @Nullable String description) {
  /** What a value is measured in, and so how people are told it. */
  public enum Unit {
    /** 0 to 1, told in percent. */
    SHARE,
    SECONDS,
    NUMBER
  }

  /** How a user's events become a numerator and a denominator. */
  public enum Kind {
    /** How many events; over users. */
    COUNT,
    /** The sum of a number; over users. */
    SUM,
    /** 1 when there was such an event; over users. */
    ANY,
    /** The sum of a number; over the events that carry it. */
    MEAN,
    /** How many events; over how many others. */
    RATE,
    /** How many events; over the replies that the user got. */
    PER_REPLY,
    /**
     * Seconds from the first issue opened to its own resolution, censored when the window closes.
     */
    TIME,
    /** 1 when the first issue was resolved in time; over users who opened one. */
    SOLVED,
    /** 1 when the user came back after a pause that ends a session; over users. */
    RETURN,
    /** A quantile of the users' sums. */
    QUANTILE
  }

  /** A share of users, whose differences are told in percentage points. */
  public boolean isShare() {
    return kind == Kind.ANY || kind == Kind.SOLVED || kind == Kind.RETURN;
  }

  /** Times and quantiles need the values' distribution, not only sums. */
  public boolean needsSketch() {
    return kind == Kind.TIME || kind == Kind.QUANTILE;
  }
}
