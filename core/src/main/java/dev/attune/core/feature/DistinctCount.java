package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;

/**
 * How many different texts there were in a window: exact for fewer than {@value #EXACT}, beyond
 * that a sliding HyperLogLog (Chabchoub and Hébrail, 2010) with {@value #REGISTERS} registers
 * (standard error 9 %).
 *
 * <p>The state keeps the {@value #EXACT} hashes that were seen last; a hash that drops out goes to
 * the registers. A register keeps every (tile, rank) that no newer tile outranks, so that it can be
 * read for any later window. Both parts are maxima, hence independent of arrival order; and when
 * fewer than {@value #EXACT} kept hashes are in the window, nothing that dropped out is.
 */
final class DistinctCount extends Accumulator {
  static final int EXACT = 32;
  static final int REGISTERS = 128;
  private static final int INDEX_BITS = 7;

  private final Window window;

  DistinctCount(String source, Window window, boolean session) {
    super("distinct " + window.key() + " " + (session ? "session " : "") + source, session);
    this.window = window;
  }

  @Override
  void single(Observation o, ByteWriter out) {
    long tile = window.tileOf(o.time);
    out.varint(1);
    out.zigzag(tile);
    out.varint(0);
    out.fixed((int) (Hashes.of64(o.text) >>> 32));
    out.zigzag(tile);
  }

  @Override
  void merge(ByteReader a, ByteReader b, long newest, ByteWriter out) {
    var state = new State();
    long oldest = window.oldestTile(newest);
    state.read(a, oldest);
    state.read(b, oldest);
    state.write(out);
  }

  double estimate(ReadContext context) {
    int seen = seen(context);
    if (seen < EXACT) {
      return seen;
    }
    var state = new State();
    state.read(context.open(this), window.oldestTile(context.asOf()));
    return state.sketch();
  }

  /** How many of the state's kept hashes are in the window. */
  private int seen(ReadContext context) {
    ByteReader in = context.open(this);
    if (!in.hasMore()) {
      return 0;
    }
    int entries = (int) in.varint();
    long tile = in.zigzag();
    for (int i = 0; i < entries; i++) {
      tile -= in.varint();
      if (!context.covers(window, tile)) {
        return i;
      }
      in.fixed();
    }
    return entries;
  }

  private static final class State {
    private int seen;
    private final long[] tiles = new long[EXACT + 1];
    private final int[] hashes = new int[EXACT + 1];
    private int marks;
    private long[] markTiles = new long[8];

    /** Register times 32 plus rank. */
    private int[] markRanks = new int[8];

    void see(long tile, int hash) {
      int at = indexOf(hash);
      if (at >= 0) {
        if (tiles[at] >= tile) {
          return;
        }
        remove(at);
      }
      insert(tile, hash);
      if (seen > EXACT) {
        seen--;
        mark(tiles[seen], rankOf(hashes[seen]));
      }
    }

    /** Of hashes as a state has them: in order and different. */
    private void append(long tile, int hash) {
      tiles[seen] = tile;
      hashes[seen++] = hash;
    }

    private int indexOf(int hash) {
      for (int i = 0; i < seen; i++) {
        if (hashes[i] == hash) {
          return i;
        }
      }
      return -1;
    }

    private void remove(int at) {
      seen--;
      System.arraycopy(tiles, at + 1, tiles, at, seen - at);
      System.arraycopy(hashes, at + 1, hashes, at, seen - at);
    }

    private void insert(long tile, int hash) {
      int at = seen;
      while (at > 0 && (tiles[at - 1] < tile || (tiles[at - 1] == tile && hashes[at - 1] > hash))) {
        tiles[at] = tiles[at - 1];
        hashes[at] = hashes[at - 1];
        at--;
      }
      tiles[at] = tile;
      hashes[at] = hash;
      seen++;
    }

    private static int rankOf(int hash) {
      int register = hash >>> (32 - INDEX_BITS);
      int rank = Math.min(Integer.numberOfLeadingZeros(hash << INDEX_BITS), 32 - INDEX_BITS) + 1;
      return register * 32 + rank;
    }

    private void mark(long tile, int rank) {
      int kept = 0;
      for (int i = 0; i < marks; i++) {
        boolean sameRegister = markRanks[i] / 32 == rank / 32;
        if (sameRegister && markTiles[i] >= tile && markRanks[i] >= rank) {
          return;
        }
        if (!(sameRegister && markTiles[i] <= tile && markRanks[i] <= rank)) {
          markTiles[kept] = markTiles[i];
          markRanks[kept++] = markRanks[i];
        }
      }
      marks = kept;
      if (marks == markTiles.length) {
        markTiles = java.util.Arrays.copyOf(markTiles, marks * 2);
        markRanks = java.util.Arrays.copyOf(markRanks, marks * 2);
      }
      markTiles[marks] = tile;
      markRanks[marks++] = rank;
    }

    /** HyperLogLog's estimate with linear counting for small numbers (Flajolet et al., 2007). */
    double sketch() {
      int[] ranks = new int[REGISTERS];
      for (int i = 0; i < marks; i++) {
        raise(ranks, markRanks[i]);
      }
      for (int i = 0; i < seen; i++) {
        raise(ranks, rankOf(hashes[i]));
      }
      double sum = 0;
      int empty = 0;
      for (int rank : ranks) {
        sum += Math.scalb(1.0, -rank);
        empty += rank == 0 ? 1 : 0;
      }
      double raw = 0.7213 / (1 + 1.079 / REGISTERS) * REGISTERS * REGISTERS / sum;
      double estimate =
          raw <= 2.5 * REGISTERS && empty > 0
              ? REGISTERS * StrictMath.log((double) REGISTERS / empty)
              : raw;
      return Math.max(EXACT, Math.rint(estimate));
    }

    private static void raise(int[] ranks, int mark) {
      ranks[mark / 32] = Math.max(ranks[mark / 32], mark % 32);
    }

    void read(ByteReader in, long oldest) {
      if (in.hasMore()) {
        readEntries(in, oldest);
        readMarks(in, oldest);
      }
    }

    private void readEntries(ByteReader in, long oldest) {
      boolean first = seen == 0;
      int entries = (int) in.varint();
      long tile = in.zigzag();
      for (int i = 0; i < entries; i++) {
        tile -= in.varint();
        int hash = in.fixed();
        if (tile < oldest) {
          continue;
        }
        if (first) {
          append(tile, hash);
        } else {
          see(tile, hash);
        }
      }
    }

    private void readMarks(ByteReader in, long oldest) {
      long newest = in.zigzag();
      while (in.hasMore()) {
        long markTile = newest - in.varint();
        int rank = (int) in.varint();
        if (markTile >= oldest) {
          mark(markTile, rank);
        }
      }
    }

    void write(ByteWriter out) {
      if (seen == 0) {
        return;
      }
      out.varint(seen);
      long tile = tiles[0];
      out.zigzag(tile);
      for (int i = 0; i < seen; i++) {
        out.varint(tile - tiles[i]);
        out.fixed(hashes[i]);
        tile = tiles[i];
      }
      long newest = tiles[0];
      out.zigzag(newest);
      for (int i = 0; i < marks; i++) {
        out.varint(newest - markTiles[i]);
        out.varint(markRanks[i]);
      }
    }
  }
}
