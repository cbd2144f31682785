package dev.attune.core.experiment.statistics;

/**
 * What is kept of one metric in one arm: sums over its users. Everything else follows from them,
 * and the sums of two parts add up to the sums of the whole, so that partitions can be added.
 *
 * <p>A user brings a numerator y, a denominator d (1 in a mean metric, the user's own count in a
 * ratio metric) and a covariate x that was fixed before the user was exposed (0 when there is
 * none).
 *
 * @param users how many entered
 */
public record Moments(long users, Sums sums, Products products) {
  public static final Moments NONE =
      new Moments(0, new Sums(0, 0, 0), new Products(0, 0, 0, 0, 0, 0));

  /** Σy, Σd and Σx. */
  public record Sums(double y, double d, double x) {
    private Sums plus(Sums o) {
      return new Sums(y + o.y, d + o.d, x + o.x);
    }
  }

  /** Σy², Σd², Σx², Σyd, Σxy and Σxd. */
  public record Products(double yy, double dd, double xx, double yd, double xy, double xd) {
    private static Products of(Sums one) {
      return new Products(
          one.y * one.y, one.d * one.d, one.x * one.x, one.y * one.d, one.x * one.y, one.x * one.d);
    }

    private Products plus(Products o) {
      return new Products(yy + o.yy, dd + o.dd, xx + o.xx, yd + o.yd, xy + o.xy, xd + o.xd);
    }
  }

  public Moments add(double numerator, double denominator, double covariate) {
    Sums one = new Sums(numerator, denominator, covariate);
    return plus(new Moments(1, one, Products.of(one)));
  }

  /** A user of a mean metric without a covariate. */
  public Moments add(double value) {
    return add(value, 1, 0);
  }

  public Moments plus(Moments o) {
    return new Moments(users + o.users, sums.plus(o.sums), products.plus(o.products));
  }

  /** The metric: Σy / Σd. */
  public double ratio() {
    return sums.y / sums.d;
  }

  double meanOfX() {
    return sums.x / users;
  }

  double varianceOfX() {
    return covariance(products.xx, sums.x, sums.x);
  }

  /** Sample covariance from a sum of a product and two sums. */
  private double covariance(double product, double a, double b) {
    return users < 2 ? 0 : (product - a * b / users) / (users - 1);
  }

  /**
   * Variance of one user's part in the ratio, (y − R·d) / mean(d), which is what the delta method
   * takes the ratio's variance from. With d = 1 it is the variance of y.
   */
  double linearVariance() {
    double r = ratio();
    double meanD = sums.d / users;
    double variance =
        covariance(products.yy, sums.y, sums.y)
            - 2 * r * covariance(products.yd, sums.y, sums.d)
            + r * r * covariance(products.dd, sums.d, sums.d);
    return Math.max(0, variance) / (meanD * meanD);
  }

  /** Covariance of one user's part in the ratio with the covariate. */
  double linearCovariance() {
    double withY = covariance(products.xy, sums.x, sums.y);
    double withD = covariance(products.xd, sums.x, sums.d);
    return (withY - ratio() * withD) / (sums.d / users);
  }
}
