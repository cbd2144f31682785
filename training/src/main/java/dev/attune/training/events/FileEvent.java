package dev.attune.training.events;

import dev.attune.schemas.avro.InteractionEvent;

/**
 * An event of a file.
 *
 * @param number of its line, from 1
 * @param line as it stands in the file
 */
public record FileEvent(long number, String line, InteractionEvent event) {
  public String userId() {
    return event.getUserId();
  }

  public long occurredAt() {
    return event.getOccurredAt();
  }
}
