package dev.attune.core.experiment.plan;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an experiment is judged; fixed before it begins.
 *
 * @param measured its metrics, the goal first
 * @param covariate the number feature that takes noise off means and ratios (CUPED)
 * @param alpha how often a false winner may be shown
 * @param power how often an effect as small as the detectable one is found
 * @param sample how many users and how much time it takes
 * @param correction for there being several metrics
 * @param bandit new users go to the arms that are probably better
 */
public record AnalysisPlan(
    List<Measured> measured,
    @Nullable String covariate,
    double alpha,
    double power,
    Sample sample,
    Correction correction,
    boolean bandit) {
  public static final AnalysisPlan NONE =
      new AnalysisPlan(
          List.of(),
          null,
          0.05,
          0.8,
          new Sample(10_000, 100, Duration.ofDays(7)),
          Correction.HOLM,
          false);

  public enum Role {
    /** What the experiment is about. */
    GOAL,
    /** Looked at too. */
    OTHER,
    /** Must not get worse. */
    GUARDRAIL
  }

  public enum Correction {
    HOLM,
    BENJAMINI_HOCHBERG,
    NONE
  }

  /**
   * Before an arm has so many users, and the experiment such an age, nothing is called a winner.
   *
   * @param plannedUsers of two equal arms, around which intervals are narrowest
   * @param minUsers of an arm, who have entered the goal
   * @param minDuration whole weeks, usually
   */
  public record Sample(long plannedUsers, long minUsers, Duration minDuration) {}

  public record Measured(Metric metric, Role role) {}

  public List<Metric> metrics() {
    return measured.stream().map(Measured::metric).toList();
  }
}
