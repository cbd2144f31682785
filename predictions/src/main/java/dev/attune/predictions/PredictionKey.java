package dev.attune.predictions;

import dev.attune.schemas.Position;

/**
 * Names a user's prediction and its version in Redis.
 *
 * <p>The value is a Redis stream with one entry, written by {@code XADD key MAXLEN = 1 <entry id> p
 * <bytes>}. Redis refuses an id that is not above the stream's last one, and keeps that last id
 * when the entry is trimmed away. So an older prediction can't replace a newer one, whatever was
 * retried or arrived late, with one plain command on one key.
 *
 * <p>Entry id = {@code (epoch << 48 | offset)-(model revision)}, both halves unsigned 64 bit: a
 * later event wins, and for one event the later model.
 */
public final class PredictionKey {
  /** The entry's first field: a StoredPrediction in Avro's single-object encoding. */
  public static final String FIELD = "p";

  /** Its second, of what is traced: the traceparent of what made the prediction. */
  static final String TRACE = "t";

  private static final int OFFSET_BITS = 48;

  private PredictionKey() {}

  /** The key; the braces make Redis Cluster place it by the user alone. */
  public static String of(String userId) {
    return "attune:{" + userId + "}:p";
  }

  /**
   * The version under which a prediction is stored.
   *
   * @param modelRevision from 1: Redis knows no entry 0-0, which event 0 of epoch 0 would else be
   */
  public static String entryId(int epoch, long offset, long modelRevision) {
    return new EntryId(epoch, offset, modelRevision).toString();
  }

  /** Just below every model's prediction as of this event: what is above includes the event. */
  public static String before(Position position) {
    return version(position.epoch(), position.offset()) + "-0";
  }

  private static String version(int epoch, long offset) {
    return Long.toUnsignedString((long) epoch << OFFSET_BITS | offset);
  }

  /**
   * Reads an entry id of Redis.
   *
   * @throws IllegalArgumentException when it is none of ours
   */
  public static EntryId parse(String id) {
    int dash = id.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("no entry id: " + id);
    }
    long version = Long.parseUnsignedLong(id, 0, dash, 10);
    long modelRevision = Long.parseUnsignedLong(id, dash + 1, id.length(), 10);
    return new EntryId(
        (int) (version >>> OFFSET_BITS), version & Position.MAX_OFFSET, modelRevision);
  }

  /** A prediction's version: the causing event, then the model that was live. */
  public record EntryId(int epoch, long offset, long modelRevision) {
    public EntryId {
      if (epoch < 0 || epoch > Position.MAX_EPOCH) {
        throw new IllegalArgumentException("epoch out of range: " + epoch);
      }
      if (offset < 0 || offset > Position.MAX_OFFSET) {
        throw new IllegalArgumentException("offset out of range: " + offset);
      }
      if (modelRevision < 1) {
        throw new IllegalArgumentException("model revisions start at 1: " + modelRevision);
      }
    }

    /** Whether what was stored under this id already knows the event at {@code position}. */
    public boolean includes(Position position) {
      return epoch != position.epoch() ? epoch > position.epoch() : offset >= position.offset();
    }

    @Override
    public String toString() {
      return version(epoch, offset) + "-" + modelRevision;
    }
  }
}
