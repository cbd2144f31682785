package dev.attune.bench;

import dev.attune.local.infra.Checkout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

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

  /** Measures both in turns; the round in the middle counts. */
  public ComparedFigure inTurns(String what, DoubleSupplier measured, DoubleSupplier baseline) {
    List<ComparedFigure> turns = new ArrayList<>();
    for (int i = 1; i <= rounds; i++) {
      ComparedFigure pair = new ComparedFigure(measured.getAsDouble(), baseline.getAsDouble());
      say("%s, round %d: %,.2f beside %,.2f".formatted(what, i, pair.value(), pair.baseline()));
      turns.add(pair);
    }
    return ComparedFigure.median(turns);
  }
}
