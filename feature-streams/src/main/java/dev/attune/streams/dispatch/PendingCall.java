package dev.attune.streams.dispatch;

import org.jspecify.annotations.Nullable;

/** One open key of a lane. Guarded by the lane's lock. */
final class PendingCall<K, R> {
  final K key;

  /** Failures of the key before: they don't count against a replica again. */
  final int failures;

  /** The request being called. */
  R current;

  /** The newest request submitted meanwhile. */
  @Nullable R waiting;

  /** Calls of {@code current} so far. */
  int attempts;

  /**
   * Raised whenever another request is called or the call ends: answers to older rounds mean
   * nothing.
   */
  int round;

  /** Calls of this round without an answer; two while a hedge flies, none once it is finished. */
  int unanswered;

  /** The owed state holds this key, so the barrier need not wait. */
  boolean marked;

  /** The last attempt failed; else, once finished, the newest request is answered. */
  boolean failed;

  /** When it finished. */
  long finishedAt;

  private PendingCall(K key, R request, int failures, boolean marked) {
    this.key = key;
    this.current = request;
    this.failures = failures;
    this.marked = marked;
  }

  static <K, R> PendingCall<K, R> fresh(K key, R request) {
    return new PendingCall<>(key, request, 0, false);
  }

  /** Of a key that the owed state holds. */
  static <K, R> PendingCall<K, R> owed(K key, R request, int failures) {
    return new PendingCall<>(key, request, failures, true);
  }

  boolean isFinished() {
    return unanswered == 0;
  }

  /** Makes the newest request the current one; false when there is none newer. */
  boolean takeWaiting() {
    R newest = waiting;
    if (newest == null) {
      return false;
    }
    current = newest;
    waiting = null;
    return true;
  }
}
