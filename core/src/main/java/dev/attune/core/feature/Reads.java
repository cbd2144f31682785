package dev.attune.core.feature;

/**
 * What a feature is read from: the cells of the user, those of the session that is on, the time,
 * and the starts of sessions that may still change. One per row; not shared.
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

  Reads(Cells cells, Cells sessionCells, long asOf, SessionFacts sessions) {
    this.cells = cells;
    this.sessionCells = sessionCells;
    this.asOf = asOf;
    this.sessions = sessions;
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

  long asOf() {
    return asOf;
  }

  SessionFacts sessions() {
    return sessions;
  }
}
