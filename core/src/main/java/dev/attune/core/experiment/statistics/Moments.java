package dev.attune.core.experiment.statistics;

/**
 * What is kept of one metric in one arm: sums over its users, each with a weight. Everything else
 * follows from them, and the sums of two parts add up to the sums of the whole, so that partitions
 * can be added.
 *
 * <p>A user brings a numerator y, a denominator d (1 in a mean metric, the user's own count in a
 * ratio metric) and a covariate x that was fixed before the user was exposed (0 when there is
 * none). Products are centred, so that they keep their digits when a mean is large beside its
 * spread. For a part with weight W and means a, b, and another one W', a', b':
 *
 * <pre>
 * C = Σ w (a − ā)(b − b̄)
 * C of both = C + C' + (ā' − ā)(b̄' − b̄) · W·W' / (W + W')
 * </pre>
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample
 * variances" (COMPSTAT 1982); Welford (Technometrics 1962) for the part of one user.
 *
 * @param users how many entered
 * @param weight Σw; the number of users where nothing is weighted
 */
public record Moments(long users, double weight, Sums sums, Products products) {
  public static final Moments NONE = new Moments(0, 0, new Sums(0, 0, 0), Products.NONE);

  /** Σwy, Σwd and Σwx. */
  public record Sums(double y, double d, double x) {
    private Sums plus(Sums o) {
      return new Sums(y + o.y, d + o.d, x + o.x);
    }

    private Sums times(double factor) {
      return new Sums(y * factor, d * factor, x * factor);
    }
  }

  /** Of y·y, d·d, x·x, y·d, x·y and x·d. */
  public record Products(double yy, double dd, double xx, double yd, double xy, double xd) {
    public static final Products NONE = new Products(0, 0, 0, 0, 0, 0);

    public static Products of(Sums one) {
      return new Products(
          one.y * one.y, one.d * one.d, one.x * one.x, one.y * one.d, one.x * one.y, one.x * one.d);
    }

    public Products plus(Products o) {
      return plus(o, 1);
    }

    private Products plus(Products o, double factor) {
      return new Products(
          yy + factor * o.yy,
          dd + factor * o.dd,
          xx + factor * o.xx,
          yd + factor * o.yd,
          xy + factor * o.xy,
          xd + factor * o.xd);
    }
  }

  /**
   * From sums of products that were not centred.
   *
   * @param products Σy², Σd², Σx², Σyd, Σxy and Σxd
   */
  public static Moments ofRaw(long users, Sums sums, Products products) {
    return users == 0
        ? NONE
        : new Moments(users, users, sums, products.plus(Products.of(sums), -1.0 / users));
  }

  public Moments add(double numerator, double denominator, double covariate) {
    return plus(new Moments(1, 1, new Sums(numerator, denominator, covariate), NONE.products));
  }

  /** A user who counts as so many. */
  Moments add(double userWeight, double numerator, double denominator, double covariate) {
    return plus(
        new Moments(1, 1, new Sums(numerator, denominator, covariate), NONE.products)
            .times(userWeight));
  }

  /** The same with every weight multiplied. */
  public Moments times(double factor) {
    return new Moments(
        users, weight * factor, sums.times(factor), NONE.products.plus(products, factor));
  }

  /** A user of a mean metric without a covariate. */
  public Moments add(double value) {
    return add(value, 1, 0);
  }

  public Moments plus(Moments o) {
    if (weight == 0 || o.weight == 0) {
      return weight == 0 ? o : this;
    }
    Sums apart = o.sums.times(1 / o.weight).plus(sums.times(-1 / weight));
    double factor = weight * o.weight / (weight + o.weight);
    return new Moments(
        users + o.users,
        weight + o.weight,
        sums.plus(o.sums),
        products.plus(o.products, 1).plus(Products.of(apart), factor));
  }

  /** The metric: Σy / Σd. */
  public double ratio() {
    return sums.y / sums.d;
  }

  double mean(Line line) {
    return line.constant() + (line.y() * sums.y + line.d() * sums.d + line.x() * sums.x) / weight;
  }

  /** Σw·a·b of what two lines make of each user. */
  double sum(Line a, Line b) {
    double centred =
        a.y() * b.y() * products.yy
            + a.d() * b.d() * products.dd
            + a.x() * b.x() * products.xx
            + (a.y() * b.d() + a.d() * b.y()) * products.yd
            + (a.x() * b.y() + a.y() * b.x()) * products.xy
            + (a.x() * b.d() + a.d() * b.x()) * products.xd;
    return centred + weight * mean(a) * mean(b);
  }

  /** What is made of one user: y, d and x times these, and a constant. */
  record Line(double y, double d, double x, double constant) {}
}
