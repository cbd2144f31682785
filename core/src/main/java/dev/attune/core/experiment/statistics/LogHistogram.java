package dev.attune.core.experiment.statistics;

import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Counts of values by logarithmic buckets, each 2 % wide: a value is known to ±1 %, in bounded
 * memory, and two sketches add up. Source: Masson, Rim, Lee, "DDSketch" (VLDB 2019). The buckets of
 * values below 0 mirror those above. What is nearer to 0 than a billionth counts as 0: sums of
 * values that cancel out miss it by less. Not thread-safe.
 */
public final class LogHistogram {
  private static final double GROWTH = 1.02;
  private static final double LOG_GROWTH = Math.log(GROWTH);
  private static final double SMALLEST = 1e-9;

  /** Further from 0 than any bucket of a number, so that mirrored buckets have ids of their own. */
  private static final int MIRROR = -100_000;

  /** Shares that are closer are taken as a millionth apart; squared. */
  private static final double CLOSEST = 1e-12;

  /** The bucket of zero. */
  public static final int ZERO = Integer.MIN_VALUE;

  private final NavigableMap<Integer, Long> counts =
      new TreeMap<>(Comparator.comparingInt(LogHistogram::order));
  private long total;

  public static int bucket(double value) {
    if (Math.abs(value) < SMALLEST) {
      return ZERO;
    }
    int bucket = (int) Math.ceil(Math.log(Math.abs(value)) / LOG_GROWTH);
    return value < 0 ? MIRROR - bucket : bucket;
  }

  /** The value that stands for a bucket: within 1 % of every value in it. */
  public static double value(int bucket) {
    if (isBelowZero(bucket)) {
      return -value(MIRROR - bucket);
    }
    return bucket == ZERO ? 0 : 2 * Math.pow(GROWTH, bucket) / (GROWTH + 1);
  }

  private static boolean isBelowZero(int bucket) {
    return bucket != ZERO && bucket < MIRROR / 2;
  }

  /** By which buckets are in the order of their values. */
  private static int order(int bucket) {
    return bucket == ZERO ? MIRROR / 2 : bucket;
  }

  public void add(double value) {
    addBucket(bucket(value), 1);
  }

  public void addBucket(int bucket, long times) {
    counts.merge(bucket, times, Long::sum);
    total += times;
  }

  public void add(LogHistogram other) {
    other.counts.forEach(this::addBucket);
  }

  public NavigableMap<Integer, Long> counts() {
    return counts;
  }

  /**
   * The value that a share q of all values does not exceed; NaN when empty. A bucket's values are
   * taken as spread evenly over it: so the quantile is known to ±2 %, and moves with every rank. A
   * quantile that moved by whole buckets would stand still for many ranks, and would seem to be
   * known better than it is.
   */
  public double quantile(double q) {
    double rank = Math.clamp(q, 0, 1) * total;
    long below = 0;
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      long count = entry.getValue();
      if (below + count >= rank) {
        return within(entry.getKey(), (rank - below) / count);
      }
      below += count;
    }
    return Double.NaN;
  }

  private static double within(int bucket, double part) {
    if (isBelowZero(bucket)) {
      return -within(MIRROR - bucket, 1 - part);
    }
    return bucket == ZERO ? 0 : Math.pow(GROWTH, bucket - 1) * (1 + part * (GROWTH - 1));
  }

  /** The share of all values that do not exceed one; NaN when empty. */
  double share(double value) {
    int bucket = bucket(value);
    double lowest = within(bucket, 0);
    double part = bucket == ZERO ? 1 : (value - lowest) / (within(bucket, 1) - lowest);
    long below = counts.headMap(bucket, false).values().stream().mapToLong(n -> n).sum();
    return (below + part * counts.getOrDefault(bucket, 0L)) / total;
  }

  /**
   * The quantile as a metric of an arm. Its standard error is read from the ranks that the binomial
   * leaves open: (Q(q + e) − Q(q − e)) / 2z with e = z·sqrt(q(1−q)/n) and z = 1.96. Source:
   * Woodruff, "Confidence intervals for medians and other position measures" (JASA 1952); as a
   * standard error in Deng, Knoblich, Lu (KDD 2018), section 4.
   */
  public ArmValue armValue(double q) {
    double z = Effect.NORMAL.inverseCumulativeProbability(0.975);
    double e = z * Math.sqrt(q * (1 - q) / total);
    double error = (quantile(q + e) - quantile(q - e)) / (2 * z);
    return new ArmValue(total, quantile(q), error * error);
  }

  /**
   * How much the difference between the quantiles of two arms varies, by their ranks.
   *
   * <pre>
   * z = (F₀(m) − F₁(m)) / sqrt(q(1−q)(1/n₀ + 1/n₁))     m the quantile of both together
   * variance = (Q₁ − Q₀)² / z²
   * </pre>
   *
   * Beside a value that many users have, as nothing often is, quantiles jump, and an arm's own
   * error is far too small; the shares that do not exceed one value are as good there as anywhere.
   * Source: the median test (Mood, 1950), for any q.
   */
  public double varianceOfDifference(LogHistogram other, double q) {
    var both = new LogHistogram();
    both.add(this);
    both.add(other);
    double common = both.quantile(q);
    double apart = share(common) - other.share(common);
    double difference = quantile(q) - other.quantile(q);
    double open = q * (1 - q) * (1.0 / total + 1.0 / other.total);
    return difference == 0 ? 0 : difference * difference * open / Math.max(apart * apart, CLOSEST);
  }
}
