package dev.attune.core.feature;

/**
 * What features may know of sessions.
 *
 * @param starts of the sessions that late events may still change
 * @param currentStart start of the session that is on; Long.MIN_VALUE when none is
 */
public record SessionFacts(long[] starts, long currentStart) {
  public static final SessionFacts NONE = new SessionFacts(new long[0], Long.MIN_VALUE);

  public boolean isOn() {
    return currentStart != Long.MIN_VALUE;
  }
}
