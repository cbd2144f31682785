package dev.attune.streams.dispatch;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Owed keys in memory, in the order of the store. */
public final class OwedInMemory implements OwedCalls<String> {
  final NavigableSet<String> keys = new TreeSet<>();
  private String last = "";

  @Override
  public void mark(String key) {
    keys.add(key);
  }

  @Override
  public void clear(String key) {
    keys.remove(key);
  }

  @Override
  public List<String> next(int limit, Predicate<String> filter) {
    Stream<String> fromLast =
        Stream.concat(keys.tailSet(last, false).stream(), keys.headSet(last, true).stream());
    List<String> found = fromLast.filter(filter).limit(Math.max(0, limit)).toList();
    if (!found.isEmpty()) {
      last = found.getLast();
    }
    return found;
  }

  @Override
  public boolean isEmpty() {
    return keys.isEmpty();
  }
}
