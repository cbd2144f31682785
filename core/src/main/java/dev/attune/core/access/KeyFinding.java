package dev.attune.core.access;

import java.time.Instant;

/** What a key is worth that somebody presents. */
public sealed interface KeyFinding {
  /** One of ours, and not over. What it may do, its scopes say. */
  record Valid(AccessKey key) implements KeyFinding {}

  /**
   * One of ours that has ended.
   *
   * @param at when
   */
  record Expired(AccessKey key, Instant at) implements KeyFinding {
    /** For whoever presents it. */
    public String sentence() {
      return "This key expired at " + at + ".";
    }
  }

  /** None of ours, or none at all. */
  record Unknown() implements KeyFinding {}
}
