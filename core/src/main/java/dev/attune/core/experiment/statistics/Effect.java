package dev.attune.core.experiment.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Treatment against control.
 *
 * @param users how many, divided equally, would tell as much: 4 / (1/n + 1/n'). Of arms of 2 and 98
 *     of a hundred users it is 7.84: the small arm sets how much is known
 * @param difference treatment − control
 * @param error standard error of the difference
 * @param lift treatment / control − 1
 * @param liftError its standard error by the delta method: Var(t/c) = Var(t)/c² + t²·Var(c)/c⁴
 */
public record Effect(
    ArmValue control,
    ArmValue treatment,
    double users,
    double difference,
    double error,
    double lift,
    double liftError) {
  static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  public static Effect of(ArmValue control, ArmValue treatment) {
    double c = control.value();
    double t = treatment.value();
    double liftVariance =
        treatment.variance() / (c * c) + t * t * control.variance() / (c * c * c * c);
    return new Effect(
        control,
        treatment,
        4 / (1.0 / control.users() + 1.0 / treatment.users()),
        t - c,
        Math.sqrt(control.variance() + treatment.variance()),
        t / c - 1,
        Math.sqrt(liftVariance));
  }

  /**
   * Whether the standard error can be leaned on: both arms have {@link ConfidenceSequence#FEWEST}
   * users, who are not all alike. Else no interval is better than a wrong one.
   */
  public boolean isReliable() {
    return isReliable(control) && isReliable(treatment);
  }

  private static boolean isReliable(ArmValue arm) {
    return arm.users() >= ConfidenceSequence.FEWEST && arm.variance() > 0;
  }

  /** The difference in standard errors. */
  public double z() {
    return difference / error;
  }

  /** Two-sided p-value for one look, planned beforehand. */
  public double fixedP() {
    if (!(error > 0)) {
      return difference == 0 ? 1 : 0;
    }
    return 2 * NORMAL.survivalProbability(Math.abs(z()));
  }

  /** The difference's interval for one look, planned beforehand. */
  public Interval fixed(double alpha) {
    return Interval.around(difference, NORMAL.inverseSurvivalProbability(alpha / 2) * error);
  }
}
