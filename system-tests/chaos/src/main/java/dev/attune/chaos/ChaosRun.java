package dev.attune.chaos;

import dev.attune.local.infra.Checkout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a run gives its scenarios.
 *
 * @param checkout where the built services are
 * @param folder where reports and logs go
 * @param seed of everything that is left to chance, so that a run can be had again
 * @param times how often the fault happens; null: as often as the scenario likes
 * @param seconds how long it lasts; null: as long as the scenario likes
 * @param control whether the checker is on trial: feature-streams runs without exactly-once and is
 *     killed, which must be noticed
 */
public record ChaosRun(
    Checkout checkout,
    Path folder,
    long seed,
    @Nullable Integer times,
    @Nullable Integer seconds,
    boolean control,
    Progress progress) {
  /** What a stack of the control is run with, beyond its own settings. */
  public Map<String, String> sabotage() {
    return control ? Map.of("ATTUNE_STREAMS_PROCESSING_GUARANTEE", "at_least_once") : Map.of();
  }

  public int times(int standard) {
    return times == null ? standard : times;
  }

  public Duration duration(Duration standard) {
    return seconds == null ? standard : Duration.ofSeconds(seconds);
  }

  /** The same numbers each time it is asked for. */
  public SplittableRandom random() {
    return new SplittableRandom(seed);
  }

  public void say(String line, Object... figures) {
    progress.say(line.formatted(figures));
  }
}
