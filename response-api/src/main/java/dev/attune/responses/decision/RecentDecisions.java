package dev.attune.responses.decision;

import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * The newest decisions of this replica, by id: a ring of their bytes, in which a new one is written
 * over the oldest. As objects, thousands of them would live just long enough to be copied by each
 * collection of the young generation, and then be garbage in the old one.
 *
 * <p>Invariant: a decision is whole while no more than the ring's size was written since it began.
 * Safe for threads.
 */
final class RecentDecisions {
  /** Fewer bytes than most decisions have, so that the ring's room is used. */
  private static final int USUAL_BYTES = 512;

  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] ring;
  private final long[] high;
  private final long[] low;
  private final long[] begins;
  private final int[] lengths;
  private long decisions;
  private long written;

  RecentDecisions(DataSize room) {
    int bytes = Math.toIntExact(room.toBytes());
    int places = bytes / USUAL_BYTES;
    this.ring = new byte[bytes];
    this.high = new long[places];
    this.low = new long[places];
    this.begins = new long[places];
    this.lengths = new int[places];
  }

  /** Remembers a decision; not one that is larger than the room for all. */
  void add(DecisionId id, byte[] record) {
    lock.lock();
    try {
      if (record.length > ring.length || begins.length == 0) {
        return;
      }
      int place = (int) (decisions++ % begins.length);
      high[place] = id.uuid().getMostSignificantBits();
      low[place] = id.uuid().getLeastSignificantBits();
      begins[place] = written;
      lengths[place] = record.length;
      write(record);
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] record) {
    int from = (int) (written % ring.length);
    int untilEnd = Math.min(record.length, ring.length - from);
    System.arraycopy(record, 0, ring, from, untilEnd);
    System.arraycopy(record, untilEnd, ring, 0, record.length - untilEnd);
    written += record.length;
  }

  /** Empty when it was overwritten or never there. */
  Optional<Decision> find(DecisionId id) {
    return Optional.ofNullable(bytes(id)).map(RecentDecisions::decode);
  }

  private byte @Nullable [] bytes(DecisionId id) {
    lock.lock();
    try {
      int filled = (int) Math.min(decisions, begins.length);
      for (int place = 0; place < filled; place++) {
        if (low[place] == id.uuid().getLeastSignificantBits()
            && high[place] == id.uuid().getMostSignificantBits()) {
          return written - begins[place] <= ring.length ? copy(place) : null;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private byte[] copy(int place) {
    byte[] record = new byte[lengths[place]];
    int from = (int) (begins[place] % ring.length);
    int untilEnd = Math.min(record.length, ring.length - from);
    System.arraycopy(ring, from, record, 0, untilEnd);
    System.arraycopy(ring, 0, record, untilEnd, record.length - untilEnd);
    return record;
  }

  private static Decision decode(byte[] record) {
    int length = record.length - WireFormat.HEADER_BYTES;
    var decoder = DecoderFactory.get().binaryDecoder(record, WireFormat.HEADER_BYTES, length, null);
    try {
      return new SpecificDatumReader<>(Decision.class).read(null, decoder);
    } catch (IOException e) {
      throw new UncheckedIOException("a decision that was just written could not be read", e);
    }
  }
}
