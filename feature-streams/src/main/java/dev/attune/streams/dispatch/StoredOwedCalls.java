package dev.attune.streams.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Owed keys in a Kafka Streams store, each with the time it was marked. The store must be logged
 * and must not be cached: marks are also written while a commit is under way, after Kafka Streams
 * has flushed its caches (see {@link CommitBarrier}).
 */
public final class StoredOwedCalls<K> implements OwedCalls<K> {

  private final KeyValueStore<K, Long> store;
  private final LongSupplier clockMillis;

  /** Saves scanning a store that a full scan found empty and nobody has marked since. */
  private boolean empty;

  public StoredOwedCalls(KeyValueStore<K, Long> store, LongSupplier clockMillis) {
    this.store = store;
    this.clockMillis = clockMillis;
  }

  @Override
  public void mark(K key) {
    store.put(key, clockMillis.getAsLong());
    empty = false;
  }

  @Override
  public void clear(K key) {
    store.delete(key);
  }

  @Override
  public List<K> some(int limit, Predicate<K> filter) {
    List<K> found = new ArrayList<>();
    if (empty || limit <= 0) {
      return found;
    }
    try (var entries = store.all()) {
      empty = !entries.hasNext();
      while (found.size() < limit && entries.hasNext()) {
        K key = entries.next().key;
        if (filter.test(key)) {
          found.add(key);
        }
      }
    }
    return found;
  }
}
