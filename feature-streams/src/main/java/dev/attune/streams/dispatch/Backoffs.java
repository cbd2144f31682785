package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Keys whose last call failed, each with a pause of its own before the next one. Bounded: beyond
 * that the eldest is forgotten, and its next call is as that of any other key. Used by the stream
 * thread only.
 */
final class Backoffs<K> {
  private record Backoff(int failures, long until) {}

  private final Map<K, Backoff> keys = new LinkedHashMap<>();
  private final int most;
  private final IntFunction<Duration> pause;

  /**
   * @param pause after so many failures
   */
  Backoffs(int most, IntFunction<Duration> pause) {
    this.most = most;
    this.pause = pause;
  }

  void failed(K key, long nanoTime) {
    int failures = failures(key) + 1;
    keys.put(key, new Backoff(failures, nanoTime + pause.apply(failures).toNanos()));
    if (keys.size() > most) {
      keys.remove(keys.keySet().iterator().next());
    }
  }

  void over(K key) {
    keys.remove(key);
  }

  boolean has(K key) {
    return keys.containsKey(key);
  }

  /** Failures in a row. */
  int failures(K key) {
    Backoff backoff = keys.get(key);
    return backoff == null ? 0 : backoff.failures();
  }

  boolean isOver(K key, long nanoTime) {
    Backoff backoff = keys.get(key);
    return backoff == null || nanoTime - backoff.until() >= 0;
  }
}
