package dev.attune.core.experiment.statistics;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Counts of values by logarithmic buckets, each 2 % wide: a value is known to ±1 %, in bounded
 * memory, and two sketches add up. Source: Masson, Rim, Lee, "DDSketch" (VLDB 2019). Values are
 * times and amounts, so not below 0; what is below a thousandth counts as zero. Not thread-safe.
 */
public final class LogHistogram {
  private static final double GROWTH = 1.02;
  private static final double LOG_GROWTH = Math.log(GROWTH);
  private static final double SMALLEST = 1e-3;

  /** The bucket of zero. */
  public static final int ZERO = Integer.MIN_VALUE;

  private final NavigableMap<Integer, Long> counts = new TreeMap<>();
  private long total;

  public static int bucket(double value) {
    return value < SMALLEST ? ZERO : (int) Math.ceil(Math.log(value) / LOG_GROWTH);
  }

  /** The value that stands for a bucket: within 1 % of every value in it. */
  public static double value(int bucket) {
    return bucket == ZERO ? 0 : 2 * Math.pow(GROWTH, bucket) / (GROWTH + 1);
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

  /** The value that a share q of all values does not exceed; NaN when empty. */
  public double quantile(double q) {
    long rank = (long) Math.ceil(Math.clamp(q, 0, 1) * total);
    long seen = 0;
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      seen += entry.getValue();
      if (seen >= Math.max(1, rank)) {
        return value(entry.getKey());
      }
    }
    return Double.NaN;
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
}
