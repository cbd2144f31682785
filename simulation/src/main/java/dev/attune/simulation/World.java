package dev.attune.simulation;

import dev.attune.local.client.BotReply;
import dev.attune.schemas.avro.InteractionEvent;

/** Where customers act: in a past that is only written down, or live against the pipeline. */
public interface World {
  /** Epoch milliseconds. */
  long now();

  /** An id that no other event has. */
  String nextEventId();

  void happens(InteractionEvent event);

  /**
   * Asks the bot.
   *
   * @param knowing whether the reply should know what the customer did just now
   */
  BotReply ask(Customer customer, String sessionId, String slot, boolean knowing);

  /** Lets time pass. */
  void pass(double seconds);

  /** Tells what the customer came for and was greeted with. */
  default void greeted(String intent, BotReply reply) {}

  /** Tells what the customer wrote and was told. */
  default void said(Customer customer, String intent, String message, BotReply reply) {}
}
