package dev.attune.streams.dispatch;

import org.jspecify.annotations.Nullable;

/** Makes an owed key's request anew from state. Called on the stream thread. */
@FunctionalInterface
public interface Renewal<K, R> {

  /** The request as of now, or null when nothing is left to be called. */
  @Nullable R request(K key);
}
