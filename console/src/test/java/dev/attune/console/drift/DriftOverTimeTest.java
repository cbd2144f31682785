package dev.attune.console.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.console.curves.Curve;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftOverTimeTest {
  @Test
  void eachTimeHasTheHighestAndTheFeatureThatMovedMostIsFirst() {
    DriftOverTime drift =
        over(
            point(100, Map.of("a", 0.05, "b", 0.02)),
            point(130, Map.of("a", 0.04)),
            point(160, Map.of("a", 0.06, "b", 0.3)));

    assertThat(drift.times()).containsExactly(100L, 130L, 160L);
    assertThat(drift.highest()).containsExactly(0.05, 0.04, 0.3);
    assertThat(drift.features().keySet()).containsExactly("b", "a");
    assertThat(drift.features().get("b")).isEqualTo(Arrays.asList(0.02, null, 0.3));
  }

  @Test
  void whereItWasTooEarlyIsAGap() {
    DriftOverTime drift =
        over(point(100, Map.of("a", 0.05)), point(130, Map.of()), point(160, Map.of("a", 0.1)));

    assertThat(drift.highest()).containsExactly(0.05, null, 0.1);
    assertThat(drift.features().get("a")).isEqualTo(Arrays.asList(0.05, null, 0.1));
  }

  @Test
  void aPauseIsAGap() {
    DriftOverTime drift =
        over(
            point(100, Map.of("a", 0.05)),
            point(190, Map.of("a", 0.06)),
            point(281, Map.of("a", 0.07)));

    assertThat(drift.times()).containsExactly(100L, 190L, 220L, 281L);
    assertThat(drift.highest()).containsExactly(0.05, 0.06, null, 0.07);
  }

  private static DriftOverTime over(DriftPoint... points) {
    return DriftOverTime.of(new Curve<>("2026-02-02.1", 30, List.of(points)));
  }

  private static DriftPoint point(long at, Map<String, Double> indices) {
    return new DriftPoint(at, indices);
  }
}
