package dev.attune.core.scoring;

/**
 * How far a version is on its way to live, as the registry remembers it.
 *
 * @param step where it is
 * @param since when it got there, epoch milliseconds
 */
public record RolloutProgress(String version, Step step, long since) {
  /** The stops of the way. */
  public enum Step {
    SHADOW,
    CANARY,
    /** Live, and watched. */
    LIVE
  }
}
