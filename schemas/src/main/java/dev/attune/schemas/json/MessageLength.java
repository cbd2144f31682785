package dev.attune.schemas.json;

import dev.attune.schemas.avro.InteractionEvent;

/** Gives a message without a length the one that the SDKs would have sent. */
public final class MessageLength {
  private MessageLength() {}

  /** In UTF-16 units, as JavaScript and Java count. What the client says stays. */
  public static void fill(InteractionEvent event) {
    if (event.getMessageSent() != null
        && event.getMessageSent().getLength() == null
        && event.getMessageSent().getText() != null) {
      event.getMessageSent().setLength(event.getMessageSent().getText().length());
    }
  }
}
