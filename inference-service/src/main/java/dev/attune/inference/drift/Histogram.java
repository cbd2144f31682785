package dev.attune.inference.drift;

import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts values in the bins of a reference, over a sliding window of tiles. Not thread-safe. */
final class Histogram {
  private final double[] edges;
  private final Map<String, Integer> places = new HashMap<>();
  private final int bins;
  private final long[][] tiles;
  private final long[] tileOf;

  Histogram(Reference reference, int tiles) {
    List<Double> cuts = reference.edges() == null ? List.of() : reference.edges();
    edges = cuts.stream().mapToDouble(Double::doubleValue).toArray();
    List<String> values = reference.values() == null ? List.of() : reference.values();
    values.forEach(value -> places.put(value, places.size()));
    bins = reference.shares().size();
    this.tiles = new long[tiles][bins + 1];
    tileOf = new long[tiles];
  }

  /** NaN is missing. */
  void add(long tile, double number) {
    count(tile, Double.isNaN(number) ? bins : bin(number));
  }

  void add(long tile, String value) {
    count(tile, places.getOrDefault(value, bins - 1));
  }

  void addMissing(long tile) {
    count(tile, bins);
  }

  private int bin(double number) {
    int bin = 0;
    while (bin < edges.length && number >= edges[bin]) {
      bin++;
    }
    return Math.min(bin, bins - 1);
  }

  private void count(long tile, int bin) {
    int at = (int) (tile % tiles.length);
    if (tileOf[at] != tile) {
      tileOf[at] = tile;
      tiles[at] = new long[bins + 1];
    }
    tiles[at][bin]++;
  }

  /** Counts of the window that ends with this tile: a bin each, the missing last. */
  long[] counts(long tile) {
    long[] sum = new long[bins + 1];
    for (int at = 0; at < tiles.length; at++) {
      if (tileOf[at] > tile - tiles.length && tileOf[at] <= tile) {
        for (int bin = 0; bin <= bins; bin++) {
          sum[bin] += tiles[at][bin];
        }
      }
    }
    return sum;
  }
}
