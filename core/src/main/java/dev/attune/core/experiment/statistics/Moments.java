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
public record Moments(
    long users,
    double y,
    double d,
    double x,
    double yy,
    double dd,
    double xx,
    double yd,
    double xy,
    double xd) {

  public static final Moments NONE = new Moments(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public Moments add(double numerator, double denominator, double covariate) {
    return plus(
        new Moments(
            1,
            numerator,
            denominator,
            covariate,
            numerator * numerator,
            denominator * denominator,
            covariate * covariate,
            numerator * denominator,
            covariate * numerator,
            covariate * denominator));
  }

  /** A user of a mean metric without a covariate. */
  public Moments add(double value) {
    return add(value, 1, 0);
  }

  public Moments plus(Moments o) {
    return new Moments(
        users + o.users,
        y + o.y,
        d + o.d,
        x + o.x,
        yy + o.yy,
        dd + o.dd,
        xx + o.xx,
        yd + o.yd,
        xy + o.xy,
        xd + o.xd);
  }

  /** The metric: Σy / Σd. */
  public double ratio() {
    return y / d;
  }

  double meanOfX() {
    return x / users;
  }

  double varianceOfX() {
    return covariance(xx, x, x);
  }

  /** Sample covariance from a sum of products and two sums. */
  private double covariance(double products, double a, double b) {
    return users < 2 ? 0 : (products - a * b / users) / (users - 1);
  }

  /**
   * Variance of one user's part in the ratio, (y − R·d) / mean(d), which is what the delta method
   * takes the ratio's variance from. With d = 1 it is the variance of y.
   */
  double linearVariance() {
    double r = ratio();
    double meanD = d / users;
    double variance =
        covariance(yy, y, y) - 2 * r * covariance(yd, y, d) + r * r * covariance(dd, d, d);
    return Math.max(0, variance) / (meanD * meanD);
  }

  /** Covariance of one user's part in the ratio with the covariate. */
  double linearCovariance() {
    return (covariance(xy, x, y) - ratio() * covariance(xd, x, d)) / (d / users);
  }
}
