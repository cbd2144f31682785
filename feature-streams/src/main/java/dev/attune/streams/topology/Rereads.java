package dev.attune.streams.topology;

import dev.attune.schemas.Position;

/** Is told of records that are not newer than their user's row. */
public interface Rereads {
  Rereads UNHEARD = (_, _) -> {};

  /**
   * A record was read that is at or before the row's event.
   *
   * @param row where the row's event lies, or lay
   * @param record where the record lies, in the epoch that is set now
   */
  void noticed(Position row, Position record);
}
