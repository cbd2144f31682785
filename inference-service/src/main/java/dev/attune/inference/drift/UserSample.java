package dev.attune.inference.drift;

import java.util.concurrent.TimeUnit;

/**
 * Which users are looked at: all, until there are more records than a report needs, then half of
 * them, a quarter and so on. What quiet seconds leave unused is spent on a crowd that comes at
 * once: it may be over before a part of it would do for a report. A user is in or out with all
 * records of all topics, so that a prediction and its row meet. Used by one thread.
 */
final class UserSample {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Spreads neighbouring hashes over all bits: 2^32 divided by the golden ratio. */
  private static final int SPREAD = 0x9E3779B9;

  private static final int MOST_BITS = 20;

  private final int wanted;
  private final int mostSpare;
  private int bits;
  private long seen;
  private long taken;
  private double spare;
  private long since;

  /**
   * @param wanted records a second that are enough; up to twice as many are taken
   * @param spare how many more are taken at once, after as long a quiet
   * @param nanoTime now
   */
  UserSample(int wanted, int spare, long nanoTime) {
    this.wanted = wanted;
    this.mostSpare = spare;
    this.spare = spare;
    this.since = nanoTime;
  }

  boolean has(String userId) {
    seen++;
    boolean in = bits == 0 || userId.hashCode() * SPREAD >>> (Integer.SIZE - bits) == 0;
    if (in) {
      taken++;
    }
    return in;
  }

  /** Fits the share to the last second's records. */
  void adjust(long nanoTime) {
    long past = nanoTime - since;
    if (past < SECOND_NANOS) {
      return;
    }
    double seconds = (double) past / SECOND_NANOS;
    spare = Math.clamp(spare + wanted * seconds - taken, 0, mostSpare);
    double aSecond = seen / seconds;
    bits = 0;
    while (spare == 0 && aSecond > 2.0 * wanted && bits < MOST_BITS) {
      aSecond /= 2;
      bits++;
    }
    seen = 0;
    taken = 0;
    since = nanoTime;
  }
}
