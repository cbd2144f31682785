package dev.attune.core.feature;

/** Buffers for the changes that one event makes to a user's cells. */
final class Work {

  private final ByteWriter single = new ByteWriter(64);
  private final ByteWriter merged = new ByteWriter(256);
  private final ByteReader a = new ByteReader();
  private final ByteReader b = new ByteReader();

  /** Where to write the cell of one event. */
  ByteWriter single() {
    single.clear();
    return single;
  }

  /** Where to write a cell that replaces another. */
  ByteWriter replacement() {
    merged.clear();
    return merged;
  }

  /** Merges the cell of one event, as written, into a user's. */
  void mergeSingle(Accumulator accumulator, Cells into, long newest) {
    single.read(b);
    merge(accumulator, into, newest);
  }

  void merge(Accumulator accumulator, Cells into, Cells other, long newest) {
    other.open(accumulator.slot(), b);
    merge(accumulator, into, newest);
  }

  private void merge(Accumulator accumulator, Cells into, long newest) {
    ByteWriter out = replacement();
    accumulator.merge(into.open(accumulator.slot(), a), b, newest, out);
    into.put(accumulator.slot(), out.toByteArray());
  }

  /** A user's cell as it stands; valid until the next call. */
  ByteReader open(Accumulator accumulator, Cells cells) {
    return cells.open(accumulator.slot(), a);
  }
}
