package dev.attune.core.experiment.statistics;

import dev.attune.core.experiment.statistics.Moments.Line;
import java.util.List;

/**
 * A metric's value in one arm.
 *
 * @param users how many it is made of
 * @param value the estimate
 * @param variance of the estimate itself (the square of its standard error)
 */
public record ArmValue(long users, double value, double variance) {
  /**
   * A mean or a ratio. The variance of a ratio R = Σy/Σd is that of its linear part by the delta
   * method: Var(R) = Var((y − R·d)/mean(d)) / n. Source: Deng, Knoblich, Lu, "Applying the Delta
   * Method in Metric Analytics" (KDD 2018), section 3.
   */
  public static ArmValue of(Moments sums) {
    return of(WeightedMoments.of(sums, 1));
  }

  /** The same with users weighted. */
  public static ArmValue of(WeightedMoments sums) {
    double d = sums.once().sums().d();
    if (sums.users() == 0 || d == 0) {
      return new ArmValue(sums.users(), Double.NaN, Double.NaN);
    }
    double spread = Math.max(0, sums.spread(sums.part(), sums.part()));
    return new ArmValue(sums.users(), sums.once().ratio(), spread / (d * d));
  }

  /**
   * The same with less noise (CUPED): what the covariate, known before the exposure, explains is
   * taken off.
   *
   * <pre>
   * θ = Σ cov(part, x) / Σ var(x)                 over all arms, as they count in the variance
   * value    = R − θ (mean(x) − mean of x over all arms)
   * variance = that of the users' part − θ·x
   * </pre>
   *
   * With one θ for equal arms the variance falls by the factor 1 − ρ², ρ being the correlation of
   * metric and covariate. Source: Deng, Xu, Kohavi, Walker, "Improving the Sensitivity of Online
   * Controlled Experiments by Utilizing Pre-Experiment Data" (WSDM 2013), section 3.
   */
  public static ArmValue adjusted(WeightedMoments arm, List<WeightedMoments> all) {
    ArmValue raw = of(arm);
    double theta = theta(all);
    if (theta == 0 || Double.isNaN(raw.value())) {
      return raw;
    }
    double weight = all.stream().mapToDouble(one -> one.once().weight()).sum();
    double overall = all.stream().mapToDouble(one -> one.once().sums().x()).sum() / weight;
    double apart = arm.once().sums().x() / arm.once().weight() - overall;
    return new ArmValue(arm.users(), raw.value() - theta * apart, left(arm, theta));
  }

  /** The variance that the covariate leaves. */
  private static double left(WeightedMoments arm, double theta) {
    double weight = arm.once().weight();
    double meanD = arm.once().sums().d() / weight;
    Line x = arm.covariate();
    Line left =
        new Line(1 / meanD, -arm.once().ratio() / meanD, -theta * x.x(), -theta * x.constant());
    return Math.max(0, arm.spread(left, left)) / (weight * weight);
  }

  /**
   * The same, with users who vary no less than those of all arms together. A small arm in which no
   * heavy value or no rare event has come yet shows too little variance of its own, and a low value
   * with it: without this bound such arms raise most of the false alarms. If the arms don't differ
   * the bound is true. If they do, it is ruled by the larger arm, and makes a small arm that brings
   * less, and so varies less, harder to tell apart.
   *
   * @param pooled of the users of all arms together
   * @param unevenness of the users' weights, see {@link WeightedMoments#unevenness}
   */
  public ArmValue varyingAtLeastAs(ArmValue pooled, double unevenness) {
    return users > 0 ? varyingAtLeast(pooled.variance * pooled.users / users * unevenness) : this;
  }

  /** The same with this variance if it is larger. */
  public ArmValue varyingAtLeast(double bound) {
    return bound > variance ? new ArmValue(users, value, bound) : this;
  }

  private static double theta(List<WeightedMoments> all) {
    double explained = 0;
    double spread = 0;
    for (WeightedMoments arm : all) {
      if (arm.users() > 1 && arm.once().sums().d() != 0) {
        double meanD = arm.once().sums().d() / arm.once().weight();
        explained += arm.spread(arm.part(), arm.covariate()) / meanD;
        spread += arm.spread(arm.covariate(), arm.covariate());
      }
    }
    return spread > 0 ? explained / spread : 0;
  }
}
