package dev.attune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PrimitiveIterator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class WarmUpTest {
  @Test
  void goesOnWhileALoadGetsFaster() {
    assertThat(phases(10, 20, 30, 40, 41, 40)).isEqualTo(6);
  }

  @Test
  void aSlowPhaseDoesNotEndIt() {
    assertThat(phases(10, 20, 12, 30, 31, 30)).isEqualTo(6);
  }

  @Test
  void takesThreePhasesOfASteadyLoad() {
    assertThat(phases(10, 10, 10)).isEqualTo(3);
  }

  @Test
  void givesUpOnALoadThatNeverSettles() {
    assertThat(phases(DoubleStream.iterate(1, rate -> rate * 2).limit(10).toArray())).isEqualTo(10);
  }

  /** Fails when more phases are asked for than there are rates. */
  private static int phases(double... rates) {
    PrimitiveIterator.OfDouble all = DoubleStream.of(rates).iterator();
    return WarmUp.run(all::nextDouble);
  }
}
