package dev.attune.core.experiment.statistics;

/**
 * The standard normal distribution. The distribution function is Hart's rational approximation as
 * given by West, "Better approximations to cumulative normal functions" (Wilmott, 2005): right to
 * about 1e-15, and in the far tails to eight digits. The quantile is its inverse by bisection.
 */
public final class Normal {

  private static final double[] NUMERATOR = {
    3.52624965998911e-2,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376
  };
  private static final double[] DENOMINATOR = {
    8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
    296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752
  };
  private static final double TAIL = 7.07106781186547;
  private static final double FAR = 38;

  private Normal() {}

  /** P(Z ≤ z). */
  public static double cdf(double z) {
    double upper = upperTail(Math.abs(z));
    return z > 0 ? 1 - upper : upper;
  }

  /** P(|Z| ≥ |z|). */
  public static double twoSided(double z) {
    return 2 * upperTail(Math.abs(z));
  }

  /** The z below which a share p lies, 0 &lt; p &lt; 1. */
  public static double quantile(double p) {
    if (!(p > 0 && p < 1)) {
      throw new IllegalArgumentException("a probability between 0 and 1: " + p);
    }
    double low = -FAR;
    double high = FAR;
    while (high - low > 1e-13 * Math.max(1, Math.abs(low))) {
      double middle = (low + high) / 2;
      if (cdf(middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double upperTail(double z) {
    if (z > FAR) {
      return 0;
    }
    double density = Math.exp(-z * z / 2);
    if (z < TAIL) {
      return density * polynomial(NUMERATOR, z) / polynomial(DENOMINATOR, z);
    }
    double fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
    return density / fraction / Math.sqrt(2 * Math.PI);
  }

  private static double polynomial(double[] coefficients, double at) {
    double value = 0;
    for (double coefficient : coefficients) {
      value = value * at + coefficient;
    }
    return value;
  }
}
