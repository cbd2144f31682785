package dev.attune.console.effects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A curve has few points, however long the experiment runs, and reaches from its start to now. */
class EffectCurveTest {
  private static final long START = 1_772_000_000;

  @Test
  void aYoungExperimentHasEachPoint() {
    EffectCurve curve = curve(100 * EffectCurve.FIRST_STEP_SECONDS);

    assertThat(curve.points()).hasSize(101);
    assertThat(curve.stepSeconds()).isEqualTo(EffectCurve.FIRST_STEP_SECONDS);
  }

  @Test
  void threeMonthsAreAsFewPointsAsAnHour() {
    long months = 90 * 86_400L;

    EffectCurve curve = curve(months);

    List<Long> times = curve.points().stream().map(EffectPoint::at).toList();
    assertThat(times).hasSizeBetween(EffectCurve.MOST / 2, EffectCurve.MOST).isSorted();
    assertThat(times.getFirst()).isEqualTo(START);
    assertThat(START + months - times.getLast()).isLessThan(curve.stepSeconds());
    for (int i = 2; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1))
          .as("no gap, from the second on")
          .isBetween(curve.stepSeconds() / 2, 2 * curve.stepSeconds());
    }
  }

  @Test
  void anotherGoalIsAnotherCurve() {
    EffectCurve curve = curve(100).with(point(START + 200, "csat"));

    assertThat(curve.metric()).isEqualTo("csat");
    assertThat(curve.points()).hasSize(1);
  }

  /** Looked at each 10 s. */
  private static EffectCurve curve(long seconds) {
    EffectCurve curve = EffectCurve.of("e", point(START, "goal"));
    for (long at = START + 10; at <= START + seconds; at += 10) {
      if (curve.isDue(at)) {
        curve = curve.with(point(at, "goal"));
      }
    }
    return curve;
  }

  private static EffectPoint point(long at, String metric) {
    return new EffectPoint(at, metric, List.of(new ArmEffect("treatment", 1, 0, 2)));
  }
}
