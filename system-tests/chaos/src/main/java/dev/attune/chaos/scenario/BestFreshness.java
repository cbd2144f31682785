package dev.attune.chaos.scenario;

import dev.attune.chaos.Check;
import dev.attune.chaos.ledger.Freshness;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How fresh predictions are with and without a fault: the best p99 of several rounds each, since a
 * neighbour on the machine can only make one look worse.
 */
final class BestFreshness {
  private static final int MOST_TIMES = 2;

  private final Map<String, Long> best = new LinkedHashMap<>();
  private final String usual;
  private long fewest = Long.MAX_VALUE;

  /**
   * @param usual what the time without a fault is called
   */
  BestFreshness(String usual) {
    this.usual = usual;
  }

  void add(String when, Freshness seen) {
    fewest = Math.min(fewest, seen.predictions());
    best.merge(when, seen.p99(), Math::min);
  }

  /** No time with a fault is more than twice as long as the one without. */
  Check atMostTwice(String whose) {
    Long without = best.get(usual);
    return new Check(
        "p99 of %s, from receipt to score, is at most %d times that of %s"
            .formatted(whose, MOST_TIMES, usual),
        best.entrySet().stream()
            .map(time -> time.getKey() + " " + time.getValue() + " ms")
            .collect(
                Collectors.joining(", ", "", ", of %,d predictions at least".formatted(fewest))),
        without != null
            && fewest > 0
            && best.size() > 1
            && best.values().stream().allMatch(p99 -> p99 <= MOST_TIMES * without));
  }
}
