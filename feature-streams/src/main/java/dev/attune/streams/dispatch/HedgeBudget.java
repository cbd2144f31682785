package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Lets about one call in twenty be a hedge: hedging must not double an overload. Any thread.
 *
 * <ul>
 *   <li><em>A sliding window.</em> Of the calls of the last ten seconds at most a twentieth are
 *       hedges, so that what went well an hour ago pays for nothing now.
 *   <li><em>A token budget.</em> Each call earns a twentieth of a token and a hedge costs one. At
 *       most {@value #MOST_TOKENS} are kept, so that a sudden overload begins with no more hedges
 *       than these, however busy the seconds before were.
 * </ul>
 */
final class HedgeBudget {
  private static final int CALLS_A_HEDGE = 20;
  private static final int MOST_TOKENS = 25;

  private static final int SLOTS = 10;
  private static final long SLOT_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;

  /** Of each second of the window: a call counts one, a hedge takes {@link #CALLS_A_HEDGE}. */
  private final long[] balances = new long[SLOTS];

  private long slot;
  private int credit;

  HedgeBudget(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.slot = Math.floorDiv(nanoTime.getAsLong(), SLOT_NANOS);
  }

  synchronized void called() {
    balances[turn()]++;
    credit = Math.min(credit + 1, MOST_TOKENS * CALLS_A_HEDGE);
  }

  /** Whether a call may be hedged now, which counts as done. */
  synchronized boolean take() {
    int current = turn();
    long balance = 0;
    for (long each : balances) {
      balance += each;
    }
    if (credit < CALLS_A_HEDGE || balance < CALLS_A_HEDGE) {
      return false;
    }
    credit -= CALLS_A_HEDGE;
    balances[current] -= CALLS_A_HEDGE;
    return true;
  }

  /** The present second's place in the window; what is older than the window is forgotten. */
  private int turn() {
    long now = Math.floorDiv(nanoTime.getAsLong(), SLOT_NANOS);
    for (long passed = Math.min(now - slot, SLOTS); passed > 0; passed--) {
      balances[Math.floorMod(now - passed + 1, SLOTS)] = 0;
    }
    slot = Math.max(slot, now);
    return Math.floorMod(slot, SLOTS);
  }
}
