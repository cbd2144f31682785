package dev.attune.chaos.ledger;

import java.util.BitSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/** Records of a topic by partition and offset, and those that came up again. */
final class Offsets {
  private final Map<Integer, BitSet> seen = new TreeMap<>();
  private long again;

  void add(int partition, long offset) {
    BitSet bits = bits(partition);
    if (bits.get((int) offset)) {
      again++;
    }
    bits.set((int) offset);
  }

  /** As if one had been left out. */
  Offsets withoutOne() {
    Offsets changed = copy();
    BitSet some =
        changed.seen.values().stream().filter(bits -> !bits.isEmpty()).findFirst().orElseThrow();
    some.clear(some.nextSetBit(0));
    return changed;
  }

  /** As if one had come up again. */
  Offsets withOneAgain() {
    if (size() == 0) {
      throw new NoSuchElementException();
    }
    Offsets changed = copy();
    changed.again++;
    return changed;
  }

  private Offsets copy() {
    Offsets copy = new Offsets();
    seen.forEach((partition, bits) -> copy.seen.put(partition, (BitSet) bits.clone()));
    copy.again = again;
    return copy;
  }

  private BitSet bits(int partition) {
    return seen.computeIfAbsent(partition, _ -> new BitSet());
  }

  long size() {
    return seen.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  long again() {
    return again;
  }

  /** How many of these the other has not. */
  long missingIn(Offsets other) {
    long missing = 0;
    for (Map.Entry<Integer, BitSet> partition : seen.entrySet()) {
      BitSet rest = (BitSet) partition.getValue().clone();
      rest.andNot(other.bits(partition.getKey()));
      missing += rest.cardinality();
    }
    return missing;
  }
}
