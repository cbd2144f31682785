package dev.attune.inference.drift;

import dev.attune.core.drift.IndependentRows;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows by user in the window, to know how many of them are independent. It keeps the users seen
 * last, so it never says more than their number. Not thread-safe.
 */
final class UserRows {
  /** Many more than a comparison needs, and some hundred kilobytes an age. */
  private static final int MOST_USERS = 5_000;

  private final int tiles;
  private final Map<String, Rows> byUser =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Rows> eldest) {
          return size() > MOST_USERS;
        }
      };

  private record Rows(long newestTile, long count) {}

  /**
   * @param tiles how many make the window
   */
  UserRows(int tiles) {
    this.tiles = tiles;
  }

  void add(String userId, long tile) {
    Rows before = byUser.get(userId);
    long count = before != null && isInWindow(before, tile) ? before.count() + 1 : 1;
    byUser.put(userId, new Rows(tile, count));
  }

  private boolean isInWindow(Rows rows, long tile) {
    return rows.newestTile() > tile - tiles;
  }

  /** Of the window that ends with this tile. */
  double independent(long tile) {
    return IndependentRows.of(
        byUser.values().stream().filter(rows -> isInWindow(rows, tile)).map(Rows::count).toList());
  }
}
