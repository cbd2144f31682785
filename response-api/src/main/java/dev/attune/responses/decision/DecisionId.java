package dev.attune.responses.decision;

import dev.attune.kafka.TopicSettings;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A decision's id, a UUIDv7 that leads to its record:
 *
 * <pre>
 * 48 bits  milliseconds: the record's timestamp
 *  4 bits  version 7
 * 12 bits  partition of the topic
 *  2 bits  variant
 * 62 bits  random, so that an id can't be guessed; the last 16 may be a tag ({@link DecisionIds})
 * </pre>
 */
record DecisionId(UUID uuid) {
  static final int MAX_PARTITIONS = TopicSettings.MOST_PARTITIONS;

  private static final RandomBits RANDOM = new RandomBits();
  private static final int VERSION = 7;
  private static final int TEXT_LENGTH = 36;

  static DecisionId next(int partition, Instant now) {
    if (partition < 0 || partition >= MAX_PARTITIONS) {
      throw new IllegalArgumentException("partition out of range: " + partition);
    }
    long high = now.toEpochMilli() << 16 | (long) VERSION << 12 | partition;
    long low = RANDOM.next() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
    return new DecisionId(new UUID(high, low));
  }

  /** Empty when the text is no id of ours. */
  static Optional<DecisionId> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      UUID uuid = UUID.fromString(text);
      return uuid.version() == VERSION && uuid.variant() == 2
          ? Optional.of(new DecisionId(uuid))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  int partition() {
    return (int) (uuid.getMostSignificantBits() & MAX_PARTITIONS - 1);
  }

  long timestamp() {
    return uuid.getMostSignificantBits() >>> 16;
  }

  @Override
  public String toString() {
    return uuid.toString();
  }

  /** A stock of random bits: one draw for hundreds of ids costs a fifth of one each. */
  private static final class RandomBits {
    private final SecureRandom source = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer stock = ByteBuffer.allocate(4096).limit(0);

    long next() {
      lock.lock();
      try {
        if (!stock.hasRemaining()) {
          source.nextBytes(stock.array());
          stock.clear();
        }
        return stock.getLong();
      } finally {
        lock.unlock();
      }
    }
  }
}
