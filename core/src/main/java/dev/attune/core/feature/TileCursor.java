package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;

/** Walks a state of {@link WindowTiles} from its newest tile to its oldest. Reusable. */
final class TileCursor {
  private static final ByteReader NOTHING = new ByteReader();

  private ByteReader in = NOTHING;
  private int parts;
  boolean valid;
  long tile;
  long count;
  long sum;
  long min;
  long max;

  /** Goes to the newest tile of a state. */
  TileCursor reset(ByteReader state, int valuesKept) {
    in = state;
    parts = valuesKept;
    valid = in.hasMore();
    if (valid) {
      tile = in.zigzag();
      read();
    }
    return this;
  }

  void next() {
    valid = in.hasMore();
    if (valid) {
      tile -= in.varint();
      read();
    }
  }

  /** Takes in what another cursor says of the same tile. */
  void combine(TileCursor other) {
    count += other.count;
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  private void read() {
    count = (parts & WindowTiles.DECAYING) == 0 ? in.varint() : 0;
    sum = (parts & WindowTiles.SUM) != 0 ? in.zigzag() : 0;
    min = (parts & WindowTiles.MIN) != 0 ? in.zigzag() : 0;
    max = (parts & WindowTiles.MAX) != 0 ? in.zigzag() : 0;
  }
}
