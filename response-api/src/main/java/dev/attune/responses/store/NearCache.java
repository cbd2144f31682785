package dev.attune.responses.store;

import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.StoredEntry;
import dev.attune.schemas.Position;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Predictions read a moment ago, for requests that name the event they want to see included: what
 * includes it is new enough, whatever came since. Everyone else reads the store, and what he reads
 * isn't kept: thousands of objects that change all the time are what a collector copes with worst.
 * Bounded in number and, so that an erased user is gone here too, in time. Safe for threads.
 */
final class NearCache {
  private final int capacity;
  private final long nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Kept> byUser;

  private record Kept(StoredEntry entry, long at) {}

  /**
   * @param capacity 0: nothing is kept
   */
  NearCache(int capacity, Duration time) {
    this.capacity = capacity;
    this.nanos = time.toNanos();
    this.byUser =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > NearCache.this.capacity;
          }
        };
  }

  /** A prediction that includes the event; null when none is at hand. */
  @Nullable StoredEntry find(String userId, Position after, long nowNanos) {
    lock.lock();
    try {
      Kept kept = byUser.get(userId);
      if (kept == null || nowNanos - kept.at() >= nanos) {
        return null;
      }
      StoredEntry held = kept.entry();
      return PredictionKey.parse(held.entryId()).includes(after) ? held : null;
    } finally {
      lock.unlock();
    }
  }

  void keep(String userId, StoredEntry entry, long nowNanos) {
    if (capacity == 0) {
      return;
    }
    lock.lock();
    try {
      byUser.put(userId, new Kept(entry, nowNanos));
    } finally {
      lock.unlock();
    }
  }
}
