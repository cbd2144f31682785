package dev.attune.chaos.ledger;

/**
 * An event as its client knows it.
 *
 * @param click whether it counts among the user's clicks
 */
public record SentEvent(String id, String userId, boolean click) {}
