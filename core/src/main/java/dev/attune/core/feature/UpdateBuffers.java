package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;

/** Buffers for the changes that one event makes to a user's slots. */
final class UpdateBuffers {
  private final ByteWriter single = new ByteWriter(64);
  private final ByteWriter merged = new ByteWriter(256);
  private final ByteReader a = new ByteReader();
  private final ByteReader b = new ByteReader();

  /** Where to write the state of one event. */
  ByteWriter single() {
    single.clear();
    return single;
  }

  /** Where to write a state that replaces another. */
  ByteWriter replacement() {
    merged.clear();
    return merged;
  }

  /** Merges the state of one event, as written, into a user's. */
  void mergeSingle(Accumulator accumulator, StateSlots into, long newest) {
    single.read(b);
    merge(accumulator, into, newest);
  }

  void merge(Accumulator accumulator, StateSlots into, StateSlots other, long newest) {
    other.open(accumulator.slot(), b);
    merge(accumulator, into, newest);
  }

  private void merge(Accumulator accumulator, StateSlots into, long newest) {
    ByteWriter out = replacement();
    accumulator.merge(into.open(accumulator.slot(), a), b, newest, out);
    into.put(accumulator.slot(), out.toByteArray());
  }

  /** A user's state as it stands; valid until the next call. */
  ByteReader open(Accumulator accumulator, StateSlots slots) {
    return slots.open(accumulator.slot(), a);
  }
}
