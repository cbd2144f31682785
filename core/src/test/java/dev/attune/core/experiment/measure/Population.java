package dev.attune.core.experiment.measure;

import dev.attune.core.experiment.plan.Metric;
import dev.attune.core.experiment.statistics.Moments;
import dev.attune.core.experiment.statistics.WeightedMoments;
import java.util.SplittableRandom;

/**
 * Users as a metric sees them. What they bring may be larger by an effect: 0.1 is a tenth more. The
 * effect of each kind is about 3.7 standard errors of the difference of two arms of 20,000 users.
 */
enum Population {
  SHARE_HALF_PERCENT("0.5 % of users", Metric.Kind.ANY, 0.005, 0.52),
  SHARE_2_PERCENT("2 % of users", Metric.Kind.ANY, 0.02, 0.26),
  SHARE_10_PERCENT("10 % of users", Metric.Kind.ANY, 0.1, 0.11),
  SHARE_50_PERCENT("50 % of users", Metric.Kind.ANY, 0.5, 0.037),
  LOG_NORMAL_1("log-normal amounts, sd 1", Metric.Kind.SUM, 1, 0.048),
  LOG_NORMAL_15("log-normal amounts, sd 1.5", Metric.Kind.SUM, 1.5, 0.107),
  LOG_NORMAL_2("log-normal amounts, sd 2", Metric.Kind.SUM, 2, 0.27),
  COVARIATE("log-normal amounts, sd 1, half explained by a covariate", Metric.Kind.SUM, 1, 0.034),
  BUYERS("5 % buyers with log-normal amounts, sd 1", Metric.Kind.SUM, 0.05, 0.27),
  MESSAGES("ratio: messages a session", Metric.Kind.RATE, 0, 0.024),
  RARE_RATIO("ratio: 3 % of a user's visits", Metric.Kind.RATE, 0.03, 0.15),
  MEDIAN("median of log-normal amounts, sd 1", Metric.Kind.QUANTILE, 0.5, 0.046),
  QUANTILE_90("90 % quantile of the same", Metric.Kind.QUANTILE, 0.9, 0.063),
  QUANTILE_BESIDE_NOTHING(
      "90 % quantile, 89.5 % of users bring nothing", Metric.Kind.QUANTILE, 0.9, 1.06),
  MEDIAN_OF_COUNTS("median of whole numbers", Metric.Kind.QUANTILE, 0.5, 0.032),
  TIMES("times, log-normal sd 1.5, open when the window closes", Metric.Kind.TIME, 0, 0.08);

  static final double WINDOW = 86_400;

  final String says;
  final Metric.Kind kind;
  private final double size;
  private final double atEqualArms;

  /**
   * @param atEqualArms the effect to be found
   */
  Population(String says, Metric.Kind kind, double size, double atEqualArms) {
    this.says = says;
    this.kind = kind;
    this.size = size;
    this.atEqualArms = atEqualArms;
  }

  /** As many standard errors in arms of these shares as the effect is in equal ones. */
  double effect(double share) {
    return atEqualArms / Math.sqrt(4 * share * (1 - share));
  }

  boolean isSketched() {
    return kind == Metric.Kind.QUANTILE || kind == Metric.Kind.TIME;
  }

  /** Whether the difference that an effect makes is known by a formula. */
  boolean hasKnownMean() {
    return kind == Metric.Kind.ANY || kind == Metric.Kind.SUM || this == RARE_RATIO;
  }

  /** How much larger an effect makes the mean: of a log-normal value with sd s it is exp(s²/2). */
  double meanDifference(double effect) {
    return effect
        * switch (this) {
          case LOG_NORMAL_1, LOG_NORMAL_15, LOG_NORMAL_2 -> Math.exp(size * size / 2);
          case COVARIATE -> Math.exp(0.5);
          case BUYERS -> size * Math.exp(0.5);
          default -> size;
        };
  }

  /** Many users share the value at which the quantile lies. */
  boolean isTied() {
    return this == QUANTILE_BESIDE_NOTHING || this == MEDIAN_OF_COUNTS;
  }

  String metric() {
    return switch (kind) {
      case ANY -> "m: {any: clicked, window: 24h}";
      case SUM -> "m: {sum: agent_replied.responseSeconds, window: 24h}";
      case RATE -> "m: {rate: message_sent, over: session_started, window: 24h}";
      case QUANTILE -> "m: {quantile: agent_replied.responseSeconds, q: " + size + ", window: 24h}";
      default -> "m: {kind: resolution_time, window: 24h}";
    };
  }

  /** What was drawn for an arm's users. Mutable. */
  static final class Drawn {
    private long users;
    private double y;
    private double yy;
    private double d;
    private double dd;
    private double yd;
    private double x;
    private double xx;
    private double xy;
    private double xd;
    private final ResultSums.MetricSums sums;

    Drawn(ResultSums.MetricSums sums) {
      this.sums = sums;
    }

    long users() {
      return users;
    }

    private void add(double numerator, double denominator) {
      add(numerator, denominator, 0);
    }

    private void add(double numerator, double denominator, double covariate) {
      users++;
      x += covariate;
      xx += covariate * covariate;
      xy += covariate * numerator;
      xd += covariate * denominator;
      y += numerator;
      yy += numerator * numerator;
      d += denominator;
      dd += denominator * denominator;
      yd += numerator * denominator;
    }

    /** Into the sums that an analysis reads. */
    void store() {
      sums.sums =
          Moments.ofRaw(
              users, new Moments.Sums(y, d, x), new Moments.Products(yy, dd, xx, yd, xy, xd));
      sums.weighted = WeightedMoments.of(sums.sums, 1);
    }
  }

  /**
   * @param effect how much more they bring, or how much more of them; 0 for none
   */
  void draw(SplittableRandom random, Drawn to, double effect) {
    double factor = 1 + effect;
    switch (this) {
      case SHARE_HALF_PERCENT, SHARE_2_PERCENT, SHARE_10_PERCENT, SHARE_50_PERCENT ->
          to.add(random.nextDouble() < factor * size ? 1 : 0, 1);
      case LOG_NORMAL_1, LOG_NORMAL_15, LOG_NORMAL_2 ->
          to.add(factor * Math.exp(size * random.nextGaussian()), 1);
      case COVARIATE -> {
        double lasting = random.nextGaussian();
        to.add(factor * amount(lasting, random), 1, amount(lasting, random));
      }
      case BUYERS ->
          to.add(random.nextDouble() < factor * size ? Math.exp(random.nextGaussian()) : 0, 1);
      case MESSAGES -> {
        int sessions = visits(random);
        to.add(Math.rint(factor * 3 * sessions * Math.exp(0.5 * random.nextGaussian())), sessions);
      }
      case RARE_RATIO -> {
        int visits = visits(random);
        int happened = 0;
        for (int i = 0; i < visits; i++) {
          happened += random.nextDouble() < factor * size ? 1 : 0;
        }
        to.add(happened, visits);
      }
      case MEDIAN, QUANTILE_90 -> {
        to.users++;
        to.sums.happened.add(factor * Math.exp(3 + random.nextGaussian()));
      }
      case QUANTILE_BESIDE_NOTHING -> {
        to.users++;
        to.sums.happened.add(
            random.nextDouble() < 0.895 ? 0 : factor * Math.exp(3 + random.nextGaussian()));
      }
      case MEDIAN_OF_COUNTS -> {
        to.users++;
        to.sums.happened.add(Math.rint(factor * Math.exp(1.25 + 0.7 * random.nextGaussian())));
      }
      case TIMES -> time(random, to, factor);
    }
  }

  /** Log-normal with sd 1, of whose logarithm's variance four fifths are the user's own. */
  private static double amount(double lasting, SplittableRandom random) {
    return Math.exp(Math.sqrt(0.8) * lasting + Math.sqrt(0.2) * random.nextGaussian());
  }

  private static int visits(SplittableRandom random) {
    int visits = 1;
    while (random.nextDouble() < 0.5) {
      visits++;
    }
    return visits;
  }

  /** Opened at any time of the window; half are resolved within two hours without an effect. */
  private static void time(SplittableRandom random, Drawn to, double factor) {
    double took = factor * 7_200 * Math.exp(1.5 * random.nextGaussian());
    double left = WINDOW * (1 - random.nextDouble());
    to.users++;
    (took < left ? to.sums.happened : to.sums.open).add(Math.min(took, left));
  }
}
