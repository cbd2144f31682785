package dev.attune.core.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * GrowthBook's hashing, so that existing experiments keep their buckets.
 *
 * <pre>
 * version 1   fnv1a32(value + seed) mod 1000 / 1000
 * version 2   fnv1a32(decimal(fnv1a32(seed + value))) mod 10000 / 10000
 * </pre>
 *
 * Version 1 is kept for namespaces only, where GrowthBook still uses it. Strings are hashed by
 * their UTF-16 units, as the JavaScript original does, so ids outside ASCII land in the same
 * bucket. Stateless and safe for threads.
 */
public final class GrowthBookHash {
  private static final int OFFSET_BASIS = 0x811c9dc5;
  private static final int PRIME = 0x01000193;

  /** A bucket range, closed below and open above. */
  public record Range(double from, double to) {
    boolean contains(double bucket) {
      return bucket >= from && bucket < to;
    }
  }

  private GrowthBookHash() {}

  /** The bucket of {@code value} under {@code seed} by version 2, in [0, 1). */
  public static double bucket(String seed, String value) {
    long first = Integer.toUnsignedLong(fnv1a32(seed + value));
    return Integer.remainderUnsigned(fnv1a32(Long.toString(first)), 10_000) / 10_000.0;
  }

  /** The bucket by version 1, in [0, 1). */
  static double bucketV1(String seed, String value) {
    return Integer.remainderUnsigned(fnv1a32(value + seed), 1_000) / 1_000.0;
  }

  /**
   * One range a variation. Coverage shrinks each range from its upper end and leaves its start
   * alone: raising coverage later moves nobody to another arm. Weights that do not fit the number
   * of variations, or do not add up to 1 within 0.01, count as equal ones.
   */
  public static List<Range> ranges(int variations, double coverage, double... weights) {
    double share = Math.clamp(coverage, 0, 1);
    double[] used = fits(weights, variations) ? weights : equal(variations);
    List<Range> ranges = new ArrayList<>(variations);
    double start = 0;
    for (double weight : used) {
      ranges.add(new Range(start, start + share * weight));
      start += weight;
    }
    return ranges;
  }

  /** The index of the first range that holds the bucket, or -1 when none does. */
  public static int choose(double bucket, List<Range> ranges) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(bucket)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean fits(double[] weights, int variations) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return weights.length == variations && isOne(sum);
  }

  /** Whether weights that add up to this are meant as they stand: three of 0.33, for example. */
  static boolean isOne(double sum) {
    return sum >= 0.99 && sum <= 1.01;
  }

  private static double[] equal(int variations) {
    double[] weights = new double[variations];
    Arrays.fill(weights, 1.0 / variations);
    return weights;
  }

  private static int fnv1a32(String text) {
    int hash = OFFSET_BASIS;
    for (int i = 0; i < text.length(); i++) {
      hash ^= text.charAt(i);
      hash *= PRIME;
    }
    return hash;
  }
}
