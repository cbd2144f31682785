package dev.attune.chaos.scenario;

import dev.attune.chaos.Check;
import dev.attune.chaos.stack.ChaosStack;
import java.time.Duration;
import java.util.Optional;

/** How long everybody's prediction took to be the latest again, after each moment of a kind. */
final class Recoveries {
  /** Then it is too late; how late is told up to here. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Duration limit;
  private final String moment;
  private Duration longest = Duration.ZERO;
  private int times;

  /** After each end of a fault. */
  Recoveries(Duration limit) {
    this(limit, "a fault's end");
  }

  /**
   * @param moment after which each is counted, in words
   */
  Recoveries(Duration limit, String moment) {
    this.limit = limit;
    this.moment = moment;
  }

  /** Right after such a moment; returns when everybody is up to date. */
  Duration await(ChaosStack stack) throws InterruptedException {
    Optional<Duration> took = stack.awaitCaughtUp(PATIENCE);
    Duration counted = took.orElse(PATIENCE);
    longest = counted.compareTo(longest) > 0 ? counted : longest;
    times++;
    return counted;
  }

  Check inTime() {
    return new Check(
        "within %d s of %s everybody's prediction has all that was accepted before it"
            .formatted(limit.toSeconds(), moment),
        "%d times, the longest %.1f s".formatted(times, longest.toMillis() / 1e3),
        times > 0 && longest.compareTo(limit) <= 0);
  }
}
