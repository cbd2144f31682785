package dev.attune.core.feature;

/**
 * A commutative summary of a user's events. Law: a cell is the merge of its events' single cells,
 * and {@code merge} is associative and commutative as long as {@code newest} grows; so the order of
 * arrival can't change what is read. Instances are immutable; cells are bytes.
 */
abstract sealed class Accumulator permits Tiles, Recent, Distinct {

  private final String key;
  private final boolean session;
  private final int id;
  private int slot = -1;

  Accumulator(String key, boolean session) {
    this.key = key;
    this.session = session;
    this.id = (int) (Hashes.of64(key) & 0xFFFFFF);
  }

  /** Its whole meaning: equal keys share one cell. */
  final String key() {
    return key;
  }

  /** 24 bits that find its cell again after the declared features changed. */
  final int id() {
    return id;
  }

  final boolean isSession() {
    return session;
  }

  /** Its place among the cells of its scope. */
  final int slot() {
    return slot;
  }

  final void place(int place) {
    slot = place;
  }

  /** Takes one event into a user's cell. */
  void add(Observation o, Cells cells, long newest, Work work) {
    single(o, work.single());
    work.mergeSingle(this, cells, newest);
  }

  /** Writes the cell of one event. */
  abstract void single(Observation o, ByteWriter out);

  /** Writes the merge of two cells, without what fell out of the window as of {@code newest}. */
  abstract void merge(ByteReader a, ByteReader b, long newest, ByteWriter out);
}
