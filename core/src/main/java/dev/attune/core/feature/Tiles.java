package dev.attune.core.feature;

/**
 * Count, sum, minimum and maximum a tile. Cell: the newest tile's index, its values, then for each
 * older tile the distance to it and its values; empty tiles are absent. Sums are fixed-point.
 */
final class Tiles extends Accumulator {

  static final int SUM = 1;
  static final int MIN = 2;
  static final int MAX = 4;

  private final Window window;
  private final int parts;

  Tiles(String source, Window window, int parts, boolean session) {
    super(
        "tiles " + parts + " " + window.key() + " " + (session ? "session " : "") + source,
        session);
    this.window = window;
    this.parts = parts;
  }

  @Override
  void single(Observation o, ByteWriter out) {
    out.zigzag(window.tileOf(o.time));
    write(out, 1, o.micros, o.micros, o.micros);
  }

  /** A tile with a count and no values. */
  void counted(long time, ByteWriter out) {
    out.zigzag(window.tileOf(time));
    write(out, 1, 0, 0, 0);
  }

  @Override
  void merge(ByteReader a, ByteReader b, long newest, ByteWriter out) {
    var left = new Cursor(a);
    var right = new Cursor(b);
    long oldest = window.oldestTile(newest);
    boolean first = true;
    long previous = 0;
    while (left.valid || right.valid) {
      boolean takeLeft = left.valid && (!right.valid || left.tile >= right.tile);
      boolean takeRight = right.valid && (!left.valid || right.tile >= left.tile);
      Cursor main = takeLeft ? left : right;
      if (main.tile < oldest) {
        break;
      }
      if (first) {
        out.zigzag(main.tile);
      } else {
        out.varint(previous - main.tile);
      }
      first = false;
      previous = main.tile;
      if (takeLeft && takeRight) {
        left.combine(right);
      }
      write(out, main.count, main.sum, main.min, main.max);
      if (takeLeft) {
        left.next();
      }
      if (takeRight) {
        right.next();
      }
    }
  }

  private void write(ByteWriter out, long count, long sum, long min, long max) {
    out.varint(count);
    if ((parts & SUM) != 0) {
      out.zigzag(sum);
    }
    if ((parts & MIN) != 0) {
      out.zigzag(min);
    }
    if ((parts & MAX) != 0) {
      out.zigzag(max);
    }
  }

  double count(Reads reads) {
    Cursor total = total(reads);
    return total.count;
  }

  double sum(Reads reads) {
    return total(reads).sum / 1e6;
  }

  double mean(Reads reads) {
    Cursor total = total(reads);
    return total.count == 0 ? Double.NaN : total.sum / 1e6 / total.count;
  }

  double min(Reads reads) {
    Cursor total = total(reads);
    return total.count == 0 ? Double.NaN : total.min / 1e6;
  }

  double max(Reads reads) {
    Cursor total = total(reads);
    return total.count == 0 ? Double.NaN : total.max / 1e6;
  }

  Window window() {
    return window;
  }

  /** Calls for each tile in the window, newest first. */
  void forEach(Reads reads, TileVisitor visitor) {
    var cursor = new Cursor(reads.open(this));
    long oldest = window.oldestTile(reads.asOf());
    while (cursor.valid && cursor.tile >= oldest) {
      visitor.visit(cursor.tile, cursor.count, cursor.sum);
      cursor.next();
    }
  }

  interface TileVisitor {
    void visit(long tile, long count, long sum);
  }

  private Cursor total(Reads reads) {
    var cursor = new Cursor(reads.open(this));
    var total = new Cursor();
    long oldest = window.oldestTile(reads.asOf());
    while (cursor.valid && cursor.tile >= oldest) {
      total.combine(cursor);
      cursor.next();
    }
    return total;
  }

  /** Walks a cell from its newest tile to its oldest; also holds totals. */
  private final class Cursor {

    private final ByteReader in;
    private boolean valid;
    private long tile;
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;

    Cursor() {
      in = new ByteReader();
    }

    Cursor(ByteReader in) {
      this.in = in;
      if (in.hasMore()) {
        valid = true;
        tile = in.zigzag();
        read();
      }
    }

    void next() {
      valid = in.hasMore();
      if (valid) {
        tile -= in.varint();
        read();
      }
    }

    private void read() {
      count = in.varint();
      sum = (parts & SUM) != 0 ? in.zigzag() : 0;
      min = (parts & MIN) != 0 ? in.zigzag() : 0;
      max = (parts & MAX) != 0 ? in.zigzag() : 0;
    }

    void combine(Cursor other) {
      count += other.count;
      sum += other.sum;
      min = Math.min(min, other.min);
      max = Math.max(max, other.max);
    }
  }
}
