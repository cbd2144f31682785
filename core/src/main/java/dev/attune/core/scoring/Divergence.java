package dev.attune.core.scoring;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How far a distribution moved from its reference, both given as shares of the same bins.
 *
 * <pre>
 * population stability index   Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ)      0 to ∞; from 0.25 on models suffer
 * Jensen–Shannon divergence    ½ Σ aᵢ log₂(aᵢ/mᵢ) + ½ Σ eᵢ log₂(eᵢ/mᵢ), m = (a + e) / 2   0 to 1
 * </pre>
 *
 * The index needs shares above 0: an empty bin counts as 0.0001, as is customary, or as half a row
 * where the rows are known.
 *
 * <p>The index of two samples of n and m rows from one population is not 0. It is about a
 * chi-square of (bins − 1) degrees of freedom times (1/n + 1/m), hence in the mean (bins − 1) ·
 * (1/n + 1/m) (Yurdakul, Statistical Properties of Population Stability Index, Western Michigan
 * University, 2018; Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020).
 */
public final class Divergence {
  private static final double LEAST_SHARE = 1e-4;

  private Divergence() {}

  public static double populationStability(double[] expected, double[] actual) {
    return populationStability(expected, actual, LEAST_SHARE);
  }

  /**
   * The index of two samples.
   *
   * @param rows what {@link #rows} says of both
   */
  public static double ofSamples(double[] expected, double[] actual, double rows) {
    return populationStability(expected, actual, Math.max(LEAST_SHARE, 0.5 / rows));
  }

  /** The rows of two samples as one number: 1 / (1/n + 1/m). */
  public static double rows(double n, double m) {
    return n <= 0 || m <= 0 ? 0 : 1 / (1 / n + 1 / m);
  }

  /**
   * From how many {@link #rows} on the index of two samples of one population is below a bound in
   * 99 of 100 cases: the 99 % quantile of the chi-square of bins − 1 degrees of freedom over the
   * bound.
   */
  public static double rowsNeeded(int bins, double bound) {
    var chiSquared = ChiSquaredDistribution.of(Math.max(1, bins - 1));
    return chiSquared.inverseSurvivalProbability(0.01) / bound;
  }

  private static double populationStability(double[] expected, double[] actual, double least) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double e = Math.max(expected[i], least);
      double a = Math.max(actual[i], least);
      sum += (a - e) * Math.log(a / e);
    }
    return sum;
  }

  public static double jensenShannon(double[] expected, double[] actual) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double middle = (expected[i] + actual[i]) / 2;
      sum += part(expected[i], middle) + part(actual[i], middle);
    }
    return Math.clamp(sum / 2, 0, 1);
  }

  private static double part(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
  }
}
