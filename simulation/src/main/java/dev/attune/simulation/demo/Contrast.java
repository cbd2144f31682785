package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import java.util.List;
import java.util.Locale;

/** Customers who wrote the same words, and what each was answered. */
record Contrast(String message, List<Side> sides) {
  /**
   * One of them.
   *
   * @param pages what the customer had looked at before
   */
  record Side(String userId, List<String> pages, BotReply reply) {
    /** What the bot took the customer to want, and how sure it was. */
    String prediction() {
      return String.format(
          Locale.ROOT, "%s %.2f", String.valueOf(reply.intent()), reply.prediction().probability());
    }
  }
}
