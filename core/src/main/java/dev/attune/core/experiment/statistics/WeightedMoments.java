package dev.attune.core.experiment.statistics;

import dev.attune.core.experiment.statistics.Moments.Line;

/**
 * One metric's sums in one arm, each user weighted by g, the inverse of the probability with which
 * he was assigned to the arm (Horvitz, Thompson, JASA 1952; divided by Σg as Hájek does).
 *
 * <p>While weights are constant this is the plain mean. When a bandit or a person moves them while
 * the base rate drifts, plain means compare an arm's users of one time with the other's of another;
 * weighted so, the users of each time count for as much in every arm as they were in all. With it
 * goes the variance:
 *
 * <pre>
 * R      = Σ g·y / Σ g·d
 * Var(R) = Σ g²(y − R·d)² / (Σ g·d)² · n / (n − 1)
 * </pre>
 *
 * @param once weighted by g
 * @param squared weighted by g²
 */
public record WeightedMoments(Moments once, Moments squared) {
  public static final WeightedMoments NONE = new WeightedMoments(Moments.NONE, Moments.NONE);

  /** Users who all had the same probability. */
  public static WeightedMoments of(Moments moments, double g) {
    return new WeightedMoments(moments.times(g), moments.times(g * g));
  }

  /**
   * @param g the inverse of the probability of the user's arm
   */
  public WeightedMoments add(double g, double numerator, double denominator, double covariate) {
    return new WeightedMoments(
        once.add(g, numerator, denominator, covariate),
        squared.add(g * g, numerator, denominator, covariate));
  }

  public WeightedMoments plus(WeightedMoments o) {
    return new WeightedMoments(once.plus(o.once), squared.plus(o.squared));
  }

  public long users() {
    return once.users();
  }

  /** How much larger unequal weights make the variance of a mean; 1 when they are equal. */
  public double unevenness() {
    double weight = once.weight();
    return weight == 0 ? 1 : users() * squared.weight() / (weight * weight);
  }

  /** One user's part in the ratio, y − R·d. */
  Line part() {
    return new Line(1, -once.ratio(), 0, 0);
  }

  /** A user's covariate from the arm's mean. */
  Line covariate() {
    return new Line(0, 0, 1, -once.sums().x() / once.weight());
  }

  /** Σg²·a·b with the correction of a sample. */
  double spread(Line a, Line b) {
    return users() < 2 ? 0 : squared.sum(a, b) * users() / (users() - 1);
  }
}
