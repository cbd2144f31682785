package dev.attune.core.user;

/** What became of an event. All of them advance the user's position. */
public enum Disposition {
  COUNTED,
  /** Its id was counted within the last 24 h of receipt. */
  DUPLICATE,
  /** Older than the user's newest event by more than the grace. */
  TOO_LATE,
  /** The user was erased: the state keeps nothing but its position. */
  ERASED
}
