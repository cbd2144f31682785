package dev.attune.core.experiment.statistics;

import java.util.List;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * Did the arms get the users that their weights promise? A sequential test: it may be looked at
 * after every user, and raises a false alarm with a chance of at most α ever.
 *
 * <pre>
 * odds = Γ(A) / Γ(A + n) · Π Γ(aᵢ + nᵢ) / Γ(aᵢ) / Π wᵢ^nᵢ       aᵢ = c·wᵢ, A = Σ aᵢ = c
 * p    = min(1, 1 / odds)
 * </pre>
 *
 * The odds of a Dirichlet alternative around the weights w against the weights themselves; under
 * the weights they are a martingale of mean 1, hence Ville's inequality. When weights change, each
 * era is tested against the weights of its time and the odds are multiplied, which is a martingale
 * still. Source: Lindon, Malek, "Anytime-Valid Inference for Multinomial Count Data" (NeurIPS
 * 2022), section 3.
 */
public final class SampleRatio {
  /** Concentrates the alternative around the weights: small defects are found sooner. */
  private static final double CONCENTRATION = 100;

  private SampleRatio() {}

  /**
   * A time of constant weights.
   *
   * @param weights expected shares, summing to 1
   * @param users counted by arm in the same order
   */
  public record Era(double[] weights, long[] users) {
    public Era {
      if (weights.length != users.length || weights.length == 0) {
        throw new IllegalArgumentException("a weight for each arm");
      }
    }
  }

  public static double p(List<Era> eras) {
    double logOdds = eras.stream().mapToDouble(SampleRatio::logOdds).sum();
    return Math.min(1, Math.exp(-logOdds));
  }

  static double logOdds(Era era) {
    long n = 0;
    double odds = 0;
    for (int i = 0; i < era.users().length; i++) {
      long users = era.users()[i];
      double weight = era.weights()[i];
      if (weight == 0 && users > 0) {
        return Double.POSITIVE_INFINITY;
      }
      if (users > 0) {
        double a = CONCENTRATION * weight;
        odds += LogGamma.value(a + users) - LogGamma.value(a) - users * Math.log(weight);
        n += users;
      }
    }
    return odds + LogGamma.value(CONCENTRATION) - LogGamma.value(CONCENTRATION + n);
  }
}
