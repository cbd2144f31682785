package dev.attune.core.feature;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The last vector read from a user's slots, and until when each of its values holds while the slots
 * stay as they are. Its arrays are given out in rows, so they are replaced, never changed. Owned by
 * one thread.
 */
public final class RowCache {
  double[] numbers;
  @Nullable String[] categories;
  TokenBag[] tokens;
  @Nullable String message;

  /** By place; Long.MIN_VALUE: to be read anew. */
  final long[] until;

  /** The slots of the session that was on. */
  private @Nullable StateSlots session;

  RowCache(int numbers, int categories, int tokens) {
    this.numbers = new double[numbers];
    this.categories = new @Nullable String[categories];
    this.tokens = new TokenBag[tokens];
    until = new long[numbers + categories + tokens + 1];
    Arrays.fill(until, Long.MIN_VALUE);
  }

  /**
   * Forgets what was read from slots that have changed since.
   *
   * @param ofUser by slot: places read from it
   * @param ofSession likewise
   */
  void follow(StateSlots user, int[][] ofUser, StateSlots current, int[][] ofSession) {
    forget(ofUser, user.changed());
    user.changed().clear();
    if (session != current) {
      session = current;
      current.changed().set(0, ofSession.length);
    }
    forget(ofSession, current.changed());
    current.changed().clear();
  }

  private void forget(int[][] readers, BitSet slots) {
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      for (int place : readers[slot]) {
        until[place] = Long.MIN_VALUE;
      }
    }
  }
}
