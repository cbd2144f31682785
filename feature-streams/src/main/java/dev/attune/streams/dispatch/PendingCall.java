package dev.attune.streams.dispatch;

import org.jspecify.annotations.Nullable;

/** One open key of a lane. Guarded by the lane's lock. */
final class PendingCall<K, R> {

  final K key;

  /** The request being called, or to be called again after a backoff. */
  R current;

  /** The newest request submitted meanwhile. */
  @Nullable R waiting;

  /** Tries of {@code current} so far. */
  int attempts;

  /**
   * Raised whenever a call starts over or the flight ends: answers to older rounds mean nothing.
   */
  int round;

  /** Calls of this round without an answer; two while a hedge flies, none during a backoff. */
  int calls;

  /** The owed state holds this key, so the barrier need not wait. */
  boolean marked;

  PendingCall(K key, R request, boolean marked) {
    this.key = key;
    this.current = request;
    this.marked = marked;
  }

  boolean backingOff() {
    return calls == 0;
  }

  /** Makes the newest request the current one; false when there is none newer. */
  boolean takeWaiting() {
    R newest = waiting;
    if (newest == null) {
      return false;
    }
    current = newest;
    waiting = null;
    attempts = 0;
    return true;
  }
}
