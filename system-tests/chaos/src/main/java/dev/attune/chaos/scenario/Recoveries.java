package dev.attune.chaos.scenario;

import dev.attune.chaos.Check;
import dev.attune.chaos.stack.ChaosStack;
import java.time.Duration;
import java.util.Optional;

/** How long everybody's prediction took to be the latest again, after each end of a fault. */
final class Recoveries {
  /** Then it is too late; how late is told up to here. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Duration limit;
  private Duration longest = Duration.ZERO;
  private int times;

  Recoveries(Duration limit) {
    this.limit = limit;
  }

  /** Right after the end of a fault; returns when everybody is up to date. */
  Duration await(ChaosStack stack) throws InterruptedException {
    Optional<Duration> took = stack.awaitCaughtUp(PATIENCE);
    Duration counted = took.orElse(PATIENCE);
    longest = counted.compareTo(longest) > 0 ? counted : longest;
    times++;
    return counted;
  }

  Check inTime() {
    return new Check(
        "within %d s of a fault's end everybody's prediction has all that was accepted before it"
            .formatted(limit.toSeconds()),
        "%d times, the longest %.1f s".formatted(times, longest.toMillis() / 1e3),
        times > 0 && longest.compareTo(limit) <= 0);
  }
}
