package dev.attune.schemas;

/**
 * Where an event lies in {@code interaction-events}; the version of everything made from it. All of
 * a user's events are in one partition, so within a user the order is (epoch, offset).
 *
 * @param epoch raised whenever the topic is recreated or repartitioned, since offsets then start
 *     again
 */
public record Position(int epoch, int partition, long offset) {
  private static final int PARTITION_BITS = 15;

  /** What fits beside an offset in the prediction store's 64-bit entry ids. */
  public static final int MAX_EPOCH = (1 << 16) - 1;

  /** More than a topic ever has; with the epoch above it, it is what fits into an {@code int}. */
  public static final int MAX_PARTITION = (1 << PARTITION_BITS) - 1;

  public static final long MAX_OFFSET = (1L << 48) - 1;

  public Position {
    requireWithin(0, epoch, MAX_EPOCH, "epoch");
    requireWithin(0, partition, MAX_PARTITION, "partition");
    requireWithin(0, offset, MAX_OFFSET, "offset");
  }

  /**
   * The form clients see, opaque to them: {@code <epoch · 2^15 + partition>-<offset>}. So a token
   * from before tokens had an epoch reads as one of epoch 0, and a service from then reads any.
   */
  public String token() {
    return (epoch << PARTITION_BITS | partition) + "-" + offset;
  }

  /**
   * Reads a token.
   *
   * @throws IllegalArgumentException when it is not {@code <number>-<number>} within the limits
   */
  public static Position parse(String token) {
    int dash = token.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("an event token has the form <number>-<number>");
    }
    long place = digits(token, 0, dash);
    if (place > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("the event token's epoch is too large");
    }
    return new Position(
        (int) place >> PARTITION_BITS,
        (int) place & MAX_PARTITION,
        digits(token, dash + 1, token.length()));
  }

  /** Whether this is a later event of the same user than {@code other}. */
  public boolean isAfter(Position other) {
    return epoch != other.epoch ? epoch > other.epoch : offset > other.offset;
  }

  private static long digits(String token, int from, int to) {
    if (from == to || to - from > 18) {
      throw new IllegalArgumentException("an event token has the form <number>-<number>");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = token.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("an event token has the form <number>-<number>");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static void requireWithin(long min, long value, long max, String what) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(what + " must be " + min + " to " + max + ": " + value);
    }
  }
}
