package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;

/**
 * Count, sum, minimum and maximum a tile. State: the newest tile's index, its values, then for each
 * older tile the distance to it and its values; empty tiles are absent. Sums are fixed-point.
 *
 * <p>Values that decay have tiles of a half-life. Each is summed as what it is worth compared with
 * one at the beginning of its tile, so that the sum of a tile loses weight as a whole.
 */
final class WindowTiles extends Accumulator {
  static final int SUM = 1;
  static final int MIN = 2;
  static final int MAX = 4;

  /** With a sum: a value counts {@code 2^phase} times; no count is kept. */
  static final int DECAYING = 8;

  private final Window window;
  private final int parts;

  WindowTiles(String source, Window window, int parts, boolean session) {
    super(
        "tiles " + parts + " " + window.key() + " " + (session ? "session " : "") + source,
        session);
    this.window = window;
    this.parts = parts;
  }

  /**
   * Most events fall into the newest tile, while it is the one of the user's newest event too. Then
   * nothing has left the window since the tile began, and only the tile changes.
   */
  @Override
  void add(Observation o, StateSlots slots, long newest, UpdateBuffers work) {
    ByteReader in = work.open(this, slots);
    long tile = window.tileOf(o.time);
    if (!in.hasMore() || in.zigzag() != tile || window.tileOf(newest) != tile) {
      super.add(o, slots, newest, work);
      return;
    }
    ByteWriter out = work.replacement();
    out.zigzag(tile);
    long count = (parts & DECAYING) == 0 ? in.varint() + 1 : 0;
    long sum = (parts & SUM) != 0 ? in.zigzag() + summed(o) : 0;
    long min = (parts & MIN) != 0 ? Math.min(in.zigzag(), o.micros) : 0;
    long max = (parts & MAX) != 0 ? Math.max(in.zigzag(), o.micros) : 0;
    write(out, count, sum, min, max);
    out.raw(in.source(), in.position(), in.end());
    slots.put(slot(), out.toByteArray());
  }

  @Override
  void single(Observation o, ByteWriter out) {
    out.zigzag(window.tileOf(o.time));
    write(out, 1, summed(o), o.micros, o.micros);
  }

  /** Rounded before it is added: so the order of events can't change a sum. */
  private long summed(Observation o) {
    return (parts & DECAYING) == 0
        ? o.micros
        : Math.round(o.micros * StrictMath.pow(2, window.phase(o.time)));
  }

  /** A tile with a count and no values. */
  void counted(long time, ByteWriter out) {
    out.zigzag(window.tileOf(time));
    write(out, 1, 0, 0, 0);
  }

  @Override
  void merge(ByteReader a, ByteReader b, long newest, ByteWriter out) {
    TileCursor left = new TileCursor().reset(a, parts);
    TileCursor right = new TileCursor().reset(b, parts);
    boolean first = true;
    long previous = 0;
    while (left.valid || right.valid) {
      boolean takeLeft = left.valid && (!right.valid || left.tile >= right.tile);
      boolean takeRight = right.valid && (!left.valid || right.tile >= left.tile);
      TileCursor main = takeLeft ? left : right;
      if (!window.covers(main.tile, newest)) {
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
    if ((parts & DECAYING) == 0) {
      out.varint(count);
    }
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

  /** Tiles of counts alone are most of what is read. */
  double count(ReadContext context) {
    if (parts != 0) {
      return total(context).count;
    }
    ByteReader in = context.open(this);
    long total = 0;
    if (in.hasMore()) {
      long tile = in.zigzag();
      while (context.covers(window, tile)) {
        total += in.varint();
        if (!in.hasMore()) {
          break;
        }
        tile -= in.varint();
      }
    }
    return total;
  }

  double sum(ReadContext context) {
    return total(context).sum / 1e6;
  }

  double mean(ReadContext context) {
    TileTotal total = total(context);
    return total.count == 0 ? Double.NaN : total.sum / 1e6 / total.count;
  }

  double min(ReadContext context) {
    TileTotal total = total(context);
    return total.count == 0 ? Double.NaN : total.min / 1e6;
  }

  double max(ReadContext context) {
    TileTotal total = total(context);
    return total.count == 0 ? Double.NaN : total.max / 1e6;
  }

  Window window() {
    return window;
  }

  /** Calls for the sum of each tile in the window, in millionths, newest first. */
  void forEach(ReadContext context, TileVisitor visitor) {
    TileCursor cursor = context.tiles(this, parts);
    while (cursor.valid && context.covers(window, cursor.tile)) {
      visitor.visit(cursor.tile, cursor.sum);
      cursor.next();
    }
  }

  interface TileVisitor {
    void visit(long tile, long sum);
  }

  private TileTotal total(ReadContext context) {
    TileCursor cursor = context.tiles(this, parts);
    TileTotal total = context.newTotal();
    while (cursor.valid && context.covers(window, cursor.tile)) {
      total.add(cursor);
      cursor.next();
    }
    return total;
  }
}
