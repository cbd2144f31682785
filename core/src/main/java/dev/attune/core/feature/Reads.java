package dev.attune.core.feature;

/**
 * What a feature is read from: the cells of the user, those of the session that is on, the time,
 * and the starts of sessions that may still change. It also notes until when what is read holds:
 * whoever asks whether a window still covers something binds the value to the window's moving on,
 * whoever asks for the time itself or for sessions gets a value of this moment only. One per row;
 * not shared.
 */
final class Reads {

  private static final byte[] NOTHING = new byte[0];

  private final Cells cells;
  private final Cells sessionCells;
  private final long asOf;
  private final SessionFacts sessions;
  private final ByteReader reader = new ByteReader();
  private final TileCursor cursor = new TileCursor();
  private final TileTotal total = new TileTotal();
  private long until;

  Reads(Cells cells, Cells sessionCells, long asOf, SessionFacts sessions) {
    this.cells = cells;
    this.sessionCells = sessionCells;
    this.asOf = asOf;
    this.sessions = sessions;
  }

  /** Begins another feature: whether one that held until then must be read anew. */
  boolean isDue(long heldUntil) {
    until = Long.MAX_VALUE;
    return heldUntil <= asOf;
  }

  /**
   * The first time as of which the feature read must be read anew though its cells are the same.
   */
  long until() {
    return until;
  }

  /** The cell of an accumulator; valid until the next call. */
  ByteReader open(Accumulator accumulator) {
    Cells scope = accumulator.isSession() ? sessionCells : cells;
    if (accumulator.slot() < 0) {
      reader.reset(NOTHING, 0, 0);
      return reader;
    }
    return scope.open(accumulator.slot(), reader);
  }

  /** The newest tile of an accumulator's cell; valid until the next call. */
  TileCursor tiles(Tiles accumulator, int parts) {
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

  /** Of a value made of more than cells. */
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
