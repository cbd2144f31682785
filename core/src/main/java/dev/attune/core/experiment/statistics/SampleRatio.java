package dev.attune.core.experiment.statistics;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * Did the arms get the users that their weights promise? A sequential test: it may be looked at
 * after every user, and raises a false alarm with a chance of at most α ever.
 *
 * <pre>
 * odds(c) = Γ(A) / Γ(A + n) · Π Γ(aᵢ + nᵢ) / Γ(aᵢ) / Π wᵢ^nᵢ       aᵢ = c·wᵢ, A = Σ aᵢ = c
 * odds(f) = f^nᵢ / Π (1 − wᵢ + wᵢ·f)^n                             Π over eras; one arm i
 * p       = min(1, 1 / Σ s · odds)                                 shares s summing to 1
 * </pre>
 *
 * The odds of a Dirichlet alternative around the weights w against the weights themselves; under
 * the weights they are a martingale of mean 1, hence Ville's inequality. When weights change, each
 * era is tested against the weights of its time and the odds are multiplied, which is a martingale
 * still. So is a mixture of several concentrations c: a wide alternative finds gross faults after
 * some hundred users, a narrow one small faults early. A fault of one point of a hundred at equal
 * weights, 49:51, is found soonest with c around 2,500. Source: Lindon, Malek, "Anytime-Valid
 * Inference for Multinomial Count Data" (NeurIPS 2022), section 3.
 *
 * <p>A bandit has a new era each hour, too short to show anything alone. So the other half of the
 * mixture are alternatives that hold in all eras at once: one arm gets f times the users that its
 * weight promises, for an arm and a factor f of a few. Their odds multiply over eras as well.
 */
public final class SampleRatio {
  /** An alternative's concentration around the weights, and its share in the mixture. */
  private record Alternative(double concentration, double share) {}

  private static final List<Alternative> ALTERNATIVES =
      List.of(new Alternative(2_500, 0.45), new Alternative(100, 0.05));

  /** Of all factors together. */
  private static final double SHARE_OF_FACTORS = 0.5;

  /** From a quarter point of a hundred, at equal weights, to a third of the users lost. */
  private static final double[] LOG_FACTORS = {0.01, 0.02, 0.04, 0.08, 0.16, 0.4};

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
    double odds = 0;
    for (Alternative alternative : ALTERNATIVES) {
      double logOdds = 0;
      for (Era era : eras) {
        logOdds += logOdds(era, alternative.concentration());
      }
      odds += alternative.share() * Math.exp(logOdds);
    }
    return Math.min(1, 1 / (odds + SHARE_OF_FACTORS * oddsOfFactors(eras)));
  }

  /** The mean over arms and factors, more users and fewer. */
  private static double oddsOfFactors(List<Era> eras) {
    int arms = eras.isEmpty() ? 1 : eras.getFirst().weights().length;
    double odds = 0;
    for (int arm = 0; arm < arms; arm++) {
      for (double logFactor : LOG_FACTORS) {
        odds += Math.exp(logOddsOfFactor(eras, arm, logFactor));
        odds += Math.exp(logOddsOfFactor(eras, arm, -logFactor));
      }
    }
    return odds / (2 * arms * LOG_FACTORS.length);
  }

  static double logOddsOfFactor(List<Era> eras, int arm, double logFactor) {
    double odds = 0;
    for (Era era : eras) {
      double weight = era.weights()[arm];
      long all = Arrays.stream(era.users()).sum();
      odds += era.users()[arm] * logFactor - all * Math.log1p(weight * Math.expm1(logFactor));
    }
    return odds;
  }

  static double logOdds(Era era, double concentration) {
    long n = 0;
    double odds = 0;
    for (int i = 0; i < era.users().length; i++) {
      long users = era.users()[i];
      double weight = era.weights()[i];
      if (weight == 0 && users > 0) {
        return Double.POSITIVE_INFINITY;
      }
      if (users > 0) {
        double a = concentration * weight;
        odds += LogGamma.value(a + users) - LogGamma.value(a) - users * Math.log(weight);
        n += users;
      }
    }
    return odds + LogGamma.value(concentration) - LogGamma.value(concentration + n);
  }
}
