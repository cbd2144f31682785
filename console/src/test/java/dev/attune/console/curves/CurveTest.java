package dev.attune.console.curves;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A curve has few points, however long it gets, and reaches from its start to now. */
class CurveTest {
  private static final long START = 1_772_000_000;
  private static final long STEP = 10;

  @Test
  void aYoungCurveHasEachPoint() {
    Curve<Temperature> curve = curve(100 * STEP);

    assertThat(curve.points()).hasSize(101);
    assertThat(curve.stepSeconds()).isEqualTo(STEP);
  }

  @Test
  void threeMonthsAreAsFewPointsAsAnHour() {
    long months = 90 * 86_400L;

    Curve<Temperature> curve = curve(months);

    List<Long> times = curve.points().stream().map(Temperature::at).toList();
    assertThat(times).hasSizeBetween(Curve.MOST / 2, Curve.MOST).isSorted();
    assertThat(times.getFirst()).isEqualTo(START);
    assertThat(START + months - times.getLast()).isLessThan(curve.stepSeconds());
    for (int i = 2; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1))
          .as("no gap, from the second on")
          .isBetween(curve.stepSeconds() / 2, 2 * curve.stepSeconds());
    }
  }

  /** Looked at each 10 s. */
  private static Curve<Temperature> curve(long seconds) {
    var curve = new Curve<>("c", STEP, List.of(Temperature.at(START)));
    for (long at = START + STEP; at <= START + seconds; at += STEP) {
      if (curve.isDue(at)) {
        curve = curve.with(Temperature.at(at));
      }
    }
    return curve;
  }
}
