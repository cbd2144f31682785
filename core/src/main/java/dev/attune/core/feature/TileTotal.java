package dev.attune.core.feature;

/** What the tiles of a window come to. Reusable. */
final class TileTotal {
  long count;
  long sum;
  long min;
  long max;

  TileTotal clear() {
    count = 0;
    sum = 0;
    min = Long.MAX_VALUE;
    max = Long.MIN_VALUE;
    return this;
  }

  void add(TileCursor tile) {
    count += tile.count;
    sum += tile.sum;
    min = Math.min(min, tile.min);
    max = Math.max(max, tile.max);
  }
}
