package dev.attune.gateway.events;

import dev.attune.schemas.avro.InteractionEvent;

/** What an event came as; kept in its dead letter when it is refused. */
sealed interface Original {
  /** A part of a body of text. */
  record Text(byte[] bytes) implements Original {}

  /** Read from Avro: its own bytes can't be cut out of the batch, so they are written anew. */
  record Avro(InteractionEvent event) implements Original {}
}
