package dev.attune.core.experiment.statistics;

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
    if (sums.users() == 0 || sums.sums().d() == 0) {
      return new ArmValue(sums.users(), Double.NaN, Double.NaN);
    }
    return new ArmValue(sums.users(), sums.ratio(), sums.linearVariance() / sums.users());
  }

  /**
   * The same with less noise (CUPED): what the covariate, known before the exposure, explains is
   * taken off.
   *
   * <pre>
   * θ = Σ cov(part, x) / Σ var(x)                 over all arms, weighted by users
   * value    = R − θ (mean(x) − mean of x over all arms)
   * variance = (var(part) − 2θ cov(part, x) + θ² var(x)) / n
   * </pre>
   *
   * With one θ for equal arms the variance falls by the factor 1 − ρ², ρ being the correlation of
   * metric and covariate. Source: Deng, Xu, Kohavi, Walker, "Improving the Sensitivity of Online
   * Controlled Experiments by Utilizing Pre-Experiment Data" (WSDM 2013), section 3.
   */
  public static ArmValue adjusted(Moments arm, List<Moments> all) {
    ArmValue raw = of(arm);
    double theta = theta(all);
    if (theta == 0 || Double.isNaN(raw.value())) {
      return raw;
    }
    double users = all.stream().mapToLong(Moments::users).sum();
    double overall = all.stream().mapToDouble(one -> one.sums().x()).sum() / users;
    double left =
        arm.linearVariance()
            - 2 * theta * arm.linearCovariance()
            + theta * theta * arm.varianceOfX();
    return new ArmValue(
        arm.users(),
        raw.value() - theta * (arm.meanOfX() - overall),
        Math.max(0, left) / arm.users());
  }

  /**
   * The same, with users who vary no less than those of all arms together. A small arm in which no
   * heavy value or no rare event has come yet shows too little variance of its own, and a low value
   * with it: without this bound such arms raise most of the false alarms. If the arms don't differ
   * the bound is true; if they do it costs little, since the larger arm rules it.
   *
   * @param pooled of the users of all arms together
   */
  public ArmValue varyingAtLeastAs(ArmValue pooled) {
    double bound = pooled.variance * pooled.users / users;
    return users > 0 && bound > variance ? new ArmValue(users, value, bound) : this;
  }

  private static double theta(List<Moments> all) {
    double explained = 0;
    double spread = 0;
    for (Moments arm : all) {
      if (arm.users() > 1 && arm.sums().d() != 0) {
        explained += arm.users() * arm.linearCovariance();
        spread += arm.users() * arm.varianceOfX();
      }
    }
    return spread > 0 ? explained / spread : 0;
  }
}
