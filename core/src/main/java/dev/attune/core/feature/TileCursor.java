package dev.attune.core.feature;

/** Walks a cell of {@link Tiles} from its newest tile to its oldest. Reusable. */
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

  /** Goes to the newest tile of a cell. */
  TileCursor reset(ByteReader cell, int valuesKept) {
    in = cell;
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
    count = in.varint();
    sum = (parts & Tiles.SUM) != 0 ? in.zigzag() : 0;
    min = (parts & Tiles.MIN) != 0 ? in.zigzag() : 0;
    max = (parts & Tiles.MAX) != 0 ? in.zigzag() : 0;
  }
}
