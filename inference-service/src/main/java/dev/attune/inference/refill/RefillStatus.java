package dev.attune.inference.refill;

/**
 * How far the refill is.
 *
 * @param state what it does
 * @param profiles of the current or last run
 * @param detail why it waits, for people; else empty
 */
public record RefillStatus(State state, long profiles, String detail) {
  /** What a refill can be doing. */
  public enum State {
    /** Nothing to score with. */
    NO_MODEL,
    /** Reading what was there when the loss was noticed: some users have no prediction yet. */
    REFILLING,
    /** Everybody known has a prediction; open transactions are waited for. */
    SETTLING,
    /** Another instance does it. */
    ELSEWHERE,
    COMPLETE,
    /** Redis, Kafka or the model can't be asked. */
    WAITING
  }

  static RefillStatus of(State state) {
    return new RefillStatus(state, 0, "");
  }
}
