package dev.attune.streams.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Owed keys in a Kafka Streams store, each with the time it was marked. The store must be logged
 * and must not be cached: marks are also written while a commit is under way, after Kafka Streams
 * has flushed its caches (see {@link CommitBarrier}).
 */
public final class StoredOwedCalls<K> implements OwedCalls<K> {
  /** Keys read at a time: the stream thread has other things to do than to pass many by. */
  private static final int MOST_READ = 4_096;

  private final KeyValueStore<K, Long> store;
  private final LongSupplier clockMillis;

  /** The key that was read last. */
  private @Nullable K cursor;

  /** Saves reading a store that was found empty and in which nobody has marked since. */
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
  public List<K> next(int limit, Predicate<K> filter) {
    List<K> found = new ArrayList<>();
    if (empty || limit <= 0) {
      return found;
    }
    K begin = cursor;
    int read;
    try (var behind = store.range(begin, null)) {
      read = take(behind, begin, MOST_READ, limit, filter, found);
    }
    if (begin != null && found.size() < limit && read < MOST_READ) {
      try (var round = store.range(null, begin)) {
        take(round, null, MOST_READ - read, limit, filter, found);
      }
    }
    return found;
  }

  /** Returns how many keys were read. */
  private int take(
      KeyValueIterator<K, Long> entries,
      @Nullable K without,
      int mostRead,
      int limit,
      Predicate<K> filter,
      List<K> found) {
    int read = 0;
    while (found.size() < limit && read < mostRead && entries.hasNext()) {
      K key = entries.next().key;
      if (key.equals(without)) {
        continue;
      }
      read++;
      cursor = key;
      if (filter.test(key)) {
        found.add(key);
      }
    }
    return read;
  }

  @Override
  public boolean isEmpty() {
    if (!empty) {
      try (var entries = store.all()) {
        empty = !entries.hasNext();
      }
    }
    return empty;
  }
}
