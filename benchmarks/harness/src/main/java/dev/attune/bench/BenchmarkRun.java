package dev.attune.bench;

import dev.attune.local.infra.Checkout;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a run gives its benchmarks.
 *
 * @param checkout where the built services are
 * @param phase how long one measured phase lasts; warm-up comes on top
 * @param rounds how often what is compared is measured in turns
 * @param progress told what is going on, one line each
 */
public record BenchmarkRun(
    Checkout checkout, Duration phase, int rounds, Consumer<String> progress) {
  public void say(String line) {
    progress.accept(line);
  }
}
