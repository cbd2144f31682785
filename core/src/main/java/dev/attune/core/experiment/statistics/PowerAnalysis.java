package dev.attune.core.experiment.statistics;

/**
 * How many users it takes, with intervals that may be looked at all the time. An effect d is found
 * by n users with power 1 − β when
 *
 * <pre>
 * d ≥ (reach(n) + z₁₋ᵦ) · error(n)         error(n) = s / √n
 * </pre>
 *
 * where reach is how many standard errors the {@link ConfidenceSequence} is wide. That counts only
 * crossings at n itself, so the true power is a little higher.
 */
public record PowerAnalysis(ConfidenceSequence sequence, double power) {
  private static final long MOST = 1L << 40;

  /** The smallest difference that n users find, given one user's share in the error, s. */
  public double detectable(double s, double n) {
    return (sequence.reach(n) + Effect.NORMAL.inverseCumulativeProbability(power))
        * s
        / Math.sqrt(n);
  }

  /** The smallest difference that as many users as there are would find. */
  public double detectable(Effect effect) {
    return detectable(spread(effect), effect.users());
  }

  /** Users of two equal arms until a difference is found; {@link Long#MAX_VALUE} when hopeless. */
  public long usersFor(double difference, double s) {
    long low = 1;
    long high = MOST;
    if (!(Math.abs(difference) > 0) || detectable(s, high) > Math.abs(difference)) {
      return Long.MAX_VALUE;
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (detectable(s, middle) <= Math.abs(difference)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * Days until a difference would be found at the present rate.
   *
   * @param usersPerDay counted as in {@link Effect#users}
   * @return infinite when nobody comes
   */
  public double daysToGo(Effect effect, double difference, double usersPerDay) {
    long needed = usersFor(difference, spread(effect));
    if (needed == Long.MAX_VALUE || !(usersPerDay > 0)) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(0, needed - effect.users()) / usersPerDay;
  }

  /** One user's share in the difference's error: error · √n. */
  private static double spread(Effect effect) {
    return effect.error() * Math.sqrt(effect.users());
  }
}
