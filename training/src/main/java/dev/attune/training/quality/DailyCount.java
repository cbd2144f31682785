package dev.attune.training.quality;

import java.util.NavigableMap;
import java.util.TreeMap;

/** How many there were, by day in UTC. */
final class DailyCount {
  private static final long MILLIS = 86_400_000;

  private final NavigableMap<Long, Long> byDay = new TreeMap<>();

  /** Days since 1970. */
  static long day(long millis) {
    return Math.floorDiv(millis, MILLIS);
  }

  void add(long millis) {
    byDay.merge(day(millis), 1L, Long::sum);
  }

  long before(long day) {
    return sum(byDay.headMap(day, false));
  }

  long since(long day) {
    return sum(byDay.tailMap(day, true));
  }

  private static long sum(NavigableMap<Long, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
