package dev.attune.inference.drift;

import dev.attune.core.drift.IndependentRows;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows by user in the window, to know how many of them are independent. It keeps the users seen
 * last, so it never says more than their number. Not thread-safe.
 */
final class UserRows {
  /** Many more than a comparison needs, and about a megabyte an age. */
  private static final int MOST_USERS = 5_000;

  private final int tiles;
  private final Map<String, Rows> byUser =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Rows> eldest) {
          return size() > MOST_USERS;
        }
      };

  /** One user's rows by tile; of the window that ends with the newest. */
  private static final class Rows {
    private final int[] counts;
    private long newest;

    private Rows(int tiles, long tile) {
      this.counts = new int[tiles];
      this.newest = tile;
    }

    private void add(long tile) {
      moveTo(tile);
      if (tile > newest - counts.length) {
        counts[slot(tile)]++;
      }
    }

    /** What lies before the window leaves it. */
    private void moveTo(long tile) {
      for (long next = Math.max(newest + 1, tile - counts.length + 1); next <= tile; next++) {
        counts[slot(next)] = 0;
      }
      newest = Math.max(newest, tile);
    }

    private long upTo(long tile) {
      long sum = 0;
      for (long each = tile - counts.length + 1; each <= Math.min(tile, newest); each++) {
        sum += each > newest - counts.length ? counts[slot(each)] : 0;
      }
      return sum;
    }

    private int slot(long tile) {
      return Math.floorMod(tile, counts.length);
    }
  }

  /**
   * @param tiles how many make the window
   */
  UserRows(int tiles) {
    this.tiles = tiles;
  }

  void add(String userId, long tile) {
    byUser.computeIfAbsent(userId, _ -> new Rows(tiles, tile)).add(tile);
  }

  /** Of the window that ends with this tile. */
  double independent(long tile) {
    return IndependentRows.of(
        byUser.values().stream().map(rows -> rows.upTo(tile)).filter(rows -> rows > 0).toList());
  }
}
