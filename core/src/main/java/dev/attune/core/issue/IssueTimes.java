package dev.attune.core.issue;

/**
 * One issue's times, epoch milliseconds. Extremes only, so that neither the order in which its
 * events arrive matters nor how often one of them is told: a bot and a person may both say that
 * they resolved it.
 *
 * @param firstOpened {@link Long#MAX_VALUE}: no opening is known
 * @param lastOpened {@link Long#MIN_VALUE}: no opening is known
 * @param lastResolved {@link Long#MIN_VALUE}: no resolution is known
 */
public record IssueTimes(long firstOpened, long lastOpened, long lastResolved) {
  public static final IssueTimes UNKNOWN =
      new IssueTimes(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

  public static IssueTimes opened(long at) {
    return new IssueTimes(at, at, Long.MIN_VALUE);
  }

  public static IssueTimes resolved(long at) {
    return new IssueTimes(Long.MAX_VALUE, Long.MIN_VALUE, at);
  }

  public IssueTimes plus(IssueTimes other) {
    return new IssueTimes(
        Math.min(firstOpened, other.firstOpened),
        Math.max(lastOpened, other.lastOpened),
        Math.max(lastResolved, other.lastResolved));
  }

  /** Whether an opening is known, however long ago. */
  public boolean isOpened() {
    return lastOpened != Long.MIN_VALUE;
  }

  /** Whether a resolution is known; the issue may have been opened again since. */
  public boolean hasResolution() {
    return lastResolved != Long.MIN_VALUE;
  }

  /** One that was opened again is open until it is resolved again. */
  public boolean isResolved() {
    return isOpened() && lastResolved >= lastOpened;
  }

  /** Of one that is resolved: from the first opening to the last resolution. */
  public long millis() {
    return Math.max(0, lastResolved - firstOpened);
  }
}
