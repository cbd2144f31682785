package dev.attune.core.experiment.statistics;

/**
 * Intervals and p-values that stay valid however often they are looked at: the chance that any of
 * them, ever, leaves out the true value is at most α. Robbins' normal mixture in its asymptotic
 * form. With n users, standard error s (σ = s·√n) and a tuning ρ:
 *
 * <pre>
 * half width = σ · sqrt( 2 (nρ² + 1) / (n²ρ²) · ln( sqrt(nρ² + 1) / α ) )
 * p          = min(1, sqrt(nρ² + 1) · exp( −d² n²ρ² / (2σ² (nρ² + 1)) ))     for a difference d
 * ρ          = sqrt( (−2 ln α + ln(−2 ln α + 1)) / planned )
 * </pre>
 *
 * ρ makes the interval narrowest around the planned number of users; any ρ fixed beforehand is
 * valid. Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory
 * and asymptotic confidence sequences" (Annals of Statistics, 2024), theorem 2.2 and appendix B.2.
 * Being asymptotic it needs some users before the first look: {@link #FEWEST} an arm. n is the
 * number that tells as much when divided equally ({@link Effect#users}): with the sum of users the
 * interval of a small arm would be at its narrowest while that arm has hardly begun.
 *
 * @param alpha how often it may fail over the whole experiment
 * @param planned users of two equal arms around which it shall be narrowest
 */
public record ConfidenceSequence(double alpha, long planned) {
  /** Below, a standard error says too little of itself for the limit theorem to lean on. */
  public static final long FEWEST = 100;

  public ConfidenceSequence {
    if (!(alpha > 0 && alpha < 1) || planned < 1) {
      throw new IllegalArgumentException("0 < alpha < 1 and at least one planned user");
    }
  }

  private double rhoSquared() {
    double l = -2 * Math.log(alpha);
    return (l + Math.log(l + 1)) / planned;
  }

  /** How many standard errors the interval reaches to each side after n users. */
  public double reach(double n) {
    double nr = n * rhoSquared();
    return Math.sqrt(2 * (nr + 1) / nr * Math.log(Math.sqrt(nr + 1) / alpha));
  }

  public Interval difference(Effect effect) {
    return Interval.around(effect.difference(), reach(effect.users()) * effect.error());
  }

  public Interval lift(Effect effect) {
    return Interval.around(effect.lift(), reach(effect.users()) * effect.liftError());
  }

  /** Below α exactly when the difference's interval leaves out zero. */
  public double p(Effect effect) {
    if (!(effect.error() > 0)) {
      return 1;
    }
    double nr = effect.users() * rhoSquared();
    double z = effect.z();
    return Math.min(1, Math.sqrt(nr + 1) * Math.exp(-z * z * nr / (2 * (nr + 1))));
  }
}
