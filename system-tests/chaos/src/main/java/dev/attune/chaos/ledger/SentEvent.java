package dev.attune.chaos.ledger;

/**
 * An event as its client knows it.
 *
 * @param click whether it counts among the user's clicks
 */
public record SentEvent(String id, String userId, boolean click) {
  /** How the ids of users begin who send one event and no other. */
  public static final String ONE_SHOT = "once-";

  /** Nothing that comes later can make up for what is done wrong with it. */
  boolean isOneShot() {
    return userId.startsWith(ONE_SHOT);
  }
}
