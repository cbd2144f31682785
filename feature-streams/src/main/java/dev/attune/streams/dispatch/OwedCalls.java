package dev.attune.streams.dispatch;

import java.util.List;
import java.util.function.Predicate;

/**
 * The keys whose latest request is not answered yet but may be committed: the promise to call
 * again. Kept in state that joins the stream's transaction. Used by the stream thread only.
 */
public interface OwedCalls<K> {
  /** Adds a key; again is harmless. */
  void mark(K key);

  /** Removes a key; removing one that isn't there is harmless. */
  void clear(K key);

  /**
   * Up to {@code limit} keys that pass the filter. Each call begins behind the keys of the one
   * before and goes round, so that every key has its turn.
   */
  List<K> next(int limit, Predicate<K> filter);

  boolean isEmpty();
}
