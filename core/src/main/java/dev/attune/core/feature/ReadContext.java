package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;

/**
 * What formulas are computed from: the user's slots, the slots of the session that is on, the time,
 * and the starts of sessions that may still change. One a row; not shared between threads.
 *
 * <p>It also notes until when a value holds while its slots stay as they are. A formula that asks
 * whether a window covers a tile gets a value that holds until the window leaves the tile. One that
 * asks for the time or for sessions gets a value of this moment only.
 */
final class ReadContext {
  private static final byte[] NOTHING = new byte[0];

  private final StateSlots slots;
  private final StateSlots sessionSlots;
  private final long asOf;
  private final SessionFacts sessions;
  private final ByteReader reader = new ByteReader();
  private final TileCursor cursor = new TileCursor();
  private final TileTotal total = new TileTotal();
  private long until;

  ReadContext(StateSlots slots, StateSlots sessionSlots, long asOf, SessionFacts sessions) {
    this.slots = slots;
    this.sessionSlots = sessionSlots;
    this.asOf = asOf;
    this.sessions = sessions;
  }

  /** Begins another feature: whether one that held until then must be read anew. */
  boolean isDue(long heldUntil) {
    until = Long.MAX_VALUE;
    return heldUntil <= asOf;
  }

  /**
   * The first time as of which the feature read must be read anew though its slots are the same.
   */
  long until() {
    return until;
  }

  /** The state of an accumulator; valid until the next call. */
  ByteReader open(Accumulator accumulator) {
    StateSlots scope = accumulator.isSession() ? sessionSlots : slots;
    if (accumulator.slot() < 0) {
      reader.reset(NOTHING, 0, 0);
      return reader;
    }
    return scope.open(accumulator.slot(), reader);
  }

  /** The newest tile of an accumulator's state; valid until the next call. */
  TileCursor tiles(WindowTiles accumulator, int parts) {
    return cursor.reset(open(accumulator), parts);
  }

  /** An empty total; valid until the next call. */
  TileTotal newTotal() {
    return total.clear();
  }

  /** Whether a tile is in the window. */
  boolean covers(Window window, long tile) {
    return holds(window.leaving(tile));
  }

  /** Whether a single event is in the window. */
  boolean contains(Window window, long time) {
    return holds(window.leavingAt(time));
  }

  private boolean holds(long leaving) {
    if (leaving <= asOf) {
      return false;
    }
    until = Math.min(until, leaving);
    return true;
  }

  /** Of a value made of more than slots. */
  void neverHolds() {
    until = Long.MIN_VALUE;
  }

  long asOf() {
    neverHolds();
    return asOf;
  }

  SessionFacts sessions() {
    neverHolds();
    return sessions;
  }
}
