package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CalibrationTest {
  @Test
  void aMarginIsDividedByTheTemperatureAndMovedByItsLabelsBias() {
    float[] margins = {2, -1, 0};

    assertThat(new Calibration(2, List.of(0.5f, 0f, -0.25f)).apply(margins))
        .containsExactly(1.5f, -0.5f, -0.25f);
    assertThat(new Calibration(0.5f, List.of()).apply(margins)).containsExactly(4, -2, 0);
    assertThat(margins).as("stay as they are").containsExactly(2, -1, 0);
  }

  /** Bundles from before labels could weigh alike have none. */
  @Test
  void aBundleWithoutBiasesHasNone() {
    assertThat(JsonMapper.shared().readValue("{\"temperature\": 1.5}", Calibration.class))
        .isEqualTo(new Calibration(1.5f, List.of()));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void aTemperatureIsAboveZero(float temperature) {
    assertThatThrownBy(() -> new Calibration(temperature, List.of()))
        .hasMessageContaining("a temperature is above 0, not " + temperature);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
  void aBiasIsFinite(float bias) {
    assertThatThrownBy(() -> new Calibration(1, List.of(0f, bias)))
        .hasMessageContaining("a bias is a finite number");
  }
}
