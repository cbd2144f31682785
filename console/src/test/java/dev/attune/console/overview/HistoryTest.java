package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final long NOW = 1_800_000_000L / 600 * 600;

  @Test
  void hasAPointAMinuteForHoursAndFewerForADay() {
    assertThat(History.stepFor(1)).isEqualTo(60);
    assertThat(History.stepFor(6)).isEqualTo(60);
    assertThat(History.stepFor(24)).isEqualTo(240);
    assertThat(History.times(1, NOW)).hasSize(60).endsWith(NOW);
    assertThat(History.times(24, NOW)).hasSize(360).endsWith(NOW);
  }

  @Test
  void minutesOfOnePointAreTheirMeanButTheWorstP99AndLag() {
    List<Sample> minutes =
        List.of(
            new Sample(NOW + 1, 0.01, 0.1, 10, 1, 0.5, 3, 0),
            new Sample(NOW + 61, 0.03, 0.4, 20, Double.NaN, 0.7, 9, 2));

    History history = History.of(minutes, 24, NOW + 61);

    assertThat(history.source()).isEqualTo("console");
    assertThat(last(history, "freshnessP50")).isEqualTo(0.02);
    assertThat(last(history, "freshnessP99")).isEqualTo(0.4);
    assertThat(last(history, "eventsPerSecond")).isEqualTo(15);
    assertThat(last(history, "repliesPerSecond")).isEqualTo(1);
    assertThat(last(history, "lag")).isEqualTo(9);
    assertThat(history.series().get("lag")).hasSize(360).startsWith((Double) null);
  }

  @Test
  void valuesHaveFourDigits() {
    assertThat(History.rounded(0.0123456)).isEqualTo(0.01235);
    assertThat(History.rounded(123456)).isEqualTo(123500);
    assertThat(History.rounded(0)).isZero();
  }

  private static Double last(History history, String name) {
    return Objects.requireNonNull(Objects.requireNonNull(history.series().get(name)).getLast());
  }
}
