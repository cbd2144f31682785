package dev.attune.streams.dispatch;

/** What came of a call. */
public enum CallOutcome {
  /** Done; the request needs nothing more. */
  SETTLED,
  /** Can never be done; retrying would not help. */
  REFUSED,
  /** Not now, says the replica: retry. It may be well and able to help others. */
  UNAVAILABLE,
  /** The replica said nothing: retry. */
  UNREACHABLE
}
