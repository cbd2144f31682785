package dev.attune.cli.replay;

import dev.attune.schemas.avro.InteractionEvent;

/** An event of the file with the line that is sent, unchanged. */
record FileEvent(String line, InteractionEvent event) {
  String userId() {
    return event.getUserId();
  }

  long occurredAt() {
    return event.getOccurredAt();
  }
}
