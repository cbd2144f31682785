package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;

/**
 * A summary of a user's events. Its state, some bytes, is kept in a slot of the user's row.
 *
 * <p>Law: a state is the merge of the single states of its events. {@code merge} is associative and
 * commutative as long as {@code newest} grows. So the order in which events arrive can't change
 * what is read. Instances are immutable.
 */
abstract sealed class Accumulator permits WindowTiles, RecentEvents, DistinctCount {
  private final String key;
  private final boolean session;
  private final int id;
  private int slot = -1;

  Accumulator(String key, boolean session) {
    this.key = key;
    this.session = session;
    this.id = (int) (Hashes.of64(key) & 0xFFFFFF);
  }

  /** Its whole meaning: equal keys share one slot. */
  final String key() {
    return key;
  }

  /** 24 bits that find its state again after the declared features changed. */
  final int id() {
    return id;
  }

  final boolean isSession() {
    return session;
  }

  /** Its slot among those of its scope, the user or the session. */
  final int slot() {
    return slot;
  }

  final void place(int place) {
    slot = place;
  }

  /** Takes one event into a user's state. */
  void add(Observation o, StateSlots slots, long newest, UpdateBuffers work) {
    single(o, work.single());
    work.mergeSingle(this, slots, newest);
  }

  /** Writes the state of one event. */
  abstract void single(Observation o, ByteWriter out);

  /** Writes the merge of two states, without what fell out of the window as of {@code newest}. */
  abstract void merge(ByteReader a, ByteReader b, long newest, ByteWriter out);
}
