package dev.attune.kafka.background;

import java.time.Duration;

/**
 * How long to wait before the next try: doubling, so that who is away isn't flooded, and never so
 * long that a person would notice that it is back.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private Duration next = FIRST;

  public Duration next() {
    Duration now = next;
    next = now.multipliedBy(2).compareTo(LONGEST) < 0 ? now.multipliedBy(2) : LONGEST;
    return now;
  }

  /** After a success. */
  public void restart() {
    next = FIRST;
  }
}
