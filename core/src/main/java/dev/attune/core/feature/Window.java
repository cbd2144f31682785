package dev.attune.core.feature;

import java.time.Duration;

/**
 * A sliding window cut into tiles. As of time {@code t} it covers the tile of {@code t} and the
 * {@code count − 1} before it, so its length is between {@code window − tile} and {@code window}
 * (rounded up to whole tiles). {@link #EVER} is one tile that never ends.
 */
record Window(long length, long tile, int count) {
  static final Window EVER = new Window(0, 0, 1);

  /** Enough for a smooth window, few enough for a small row. */
  private static final int MOST_TILES = 32;

  private static final int HALF_LIVES = 10;

  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long[] SIZES = {
    SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR
  };

  static Window sliding(Duration length) {
    long millis = length.toMillis();
    for (long size : SIZES) {
      if (Math.ceilDiv(millis, size) <= MOST_TILES) {
        return new Window(millis, size, (int) Math.ceilDiv(millis, size));
      }
    }
    throw new IllegalArgumentException("longer than 32 days: " + length);
  }

  /** Ten to eleven half-lives (0.1 % are left), a tile each. */
  static Window decaying(Duration halfLife) {
    long tile = halfLife.toMillis();
    return new Window(HALF_LIVES * tile, tile, HALF_LIVES + 1);
  }

  long tileOf(long time) {
    return tile == 0 ? 0 : Math.floorDiv(time, tile);
  }

  /** The share of its tile that has passed at a time: from 0 to less than 1. */
  double phase(long time) {
    return tile == 0 ? 0 : (double) Math.floorMod(time, tile) / tile;
  }

  /** The oldest tile that counts as of a time. */
  long oldestTile(long asOf) {
    return tile == 0 ? 0 : Math.floorDiv(asOf, tile) - count + 1;
  }

  /** The same of one tile, without a division: 64-bit ones are slow. */
  boolean covers(long tileIndex, long asOf) {
    return leaving(tileIndex) > asOf;
  }

  /** The first time as of which a tile is no longer covered. */
  long leaving(long tileIndex) {
    return tile == 0 ? Long.MAX_VALUE : (tileIndex + count) * tile;
  }

  /** For single events kept with their own time: exact to the millisecond. */
  boolean contains(long time, long asOf) {
    return leavingAt(time) > asOf;
  }

  /** The first time as of which a single event is no longer in the window. */
  long leavingAt(long time) {
    return tile == 0 ? Long.MAX_VALUE : time + length;
  }

  String key() {
    return tile == 0 ? "ever" : length + "/" + tile;
  }
}
