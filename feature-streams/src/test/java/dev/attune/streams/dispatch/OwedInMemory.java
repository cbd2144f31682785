package dev.attune.streams.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Owed keys in memory, in the order they were marked. */
final class OwedInMemory implements OwedCalls<String> {

  final List<String> keys = new ArrayList<>();

  @Override
  public void mark(String key) {
    if (!keys.contains(key)) {
      keys.add(key);
    }
  }

  @Override
  public void clear(String key) {
    keys.remove(key);
  }

  @Override
  public List<String> some(int limit, Predicate<String> filter) {
    return keys.stream().filter(filter).limit(Math.max(0, limit)).toList();
  }
}
