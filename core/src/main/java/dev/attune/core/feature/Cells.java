package dev.attune.core.feature;

/**
 * The accumulators' states of one scope, one byte range each. A range stays encoded until an event
 * touches it; reads scan it in place. So an event pays for what it changes, not for the whole row.
 */
public final class Cells {

  private static final byte[] NOTHING = new byte[0];

  private final byte[][] sources;
  private final int[] from;
  private final int[] to;

  Cells(int count) {
    sources = new byte[count][];
    java.util.Arrays.fill(sources, NOTHING);
    from = new int[count];
    to = new int[count];
  }

  int count() {
    return sources.length;
  }

  boolean isEmpty(int slot) {
    return from[slot] == to[slot];
  }

  ByteReader open(int slot, ByteReader reader) {
    reader.reset(sources[slot], from[slot], to[slot]);
    return reader;
  }

  void put(int slot, byte[] source, int start, int end) {
    sources[slot] = source;
    from[slot] = start;
    to[slot] = end;
  }

  void writeBlock(int slot, ByteWriter out) {
    out.block(sources[slot], from[slot], to[slot]);
  }
}
