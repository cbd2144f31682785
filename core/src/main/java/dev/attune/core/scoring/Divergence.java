package dev.attune.core.scoring;

/**
 * How far a distribution moved from its reference, both given as shares of the same bins.
 *
 * <pre>
 * population stability index   Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ)      0 to ∞; from 0.25 on models suffer
 * Jensen–Shannon divergence    ½ Σ aᵢ log₂(aᵢ/mᵢ) + ½ Σ eᵢ log₂(eᵢ/mᵢ), m = (a + e) / 2   0 to 1
 * </pre>
 *
 * The index needs shares above 0: an empty bin counts as 0.0001, as is customary.
 */
public final class Divergence {
  private static final double LEAST_SHARE = 1e-4;

  private Divergence() {}

  public static double populationStability(double[] expected, double[] actual) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double e = Math.max(expected[i], LEAST_SHARE);
      double a = Math.max(actual[i], LEAST_SHARE);
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
