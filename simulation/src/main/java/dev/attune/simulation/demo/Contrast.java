package dev.attune.simulation.demo;

import dev.attune.local.client.BotReply;
import java.util.List;

/** Customers who wrote the same words, and what each was answered. */
record Contrast(String message, List<Side> sides) {
  /**
   * One of them.
   *
   * @param pages what the customer had looked at before
   */
  record Side(String userId, List<String> pages, BotReply reply) {}
}
