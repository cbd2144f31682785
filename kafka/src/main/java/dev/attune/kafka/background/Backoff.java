package dev.attune.kafka.background;

import java.time.Duration;

/**
 * How long to wait before the next try: doubling, so that who is away isn't flooded, and by default
 * never so long that a person would notice that it is back.
 */
public final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final Duration longest;
  private Duration next = FIRST;

  public Backoff() {
    this(LONGEST);
  }

  /**
   * @param longest wait before a try
   */
  public Backoff(Duration longest) {
    this.longest = longest;
  }

  public Duration next() {
    Duration now = next;
    next = now.multipliedBy(2).compareTo(longest) < 0 ? now.multipliedBy(2) : longest;
    return now;
  }

  /** After a success. */
  public void restart() {
    next = FIRST;
  }
}
