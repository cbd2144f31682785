package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DispatchSettingsTest {
  /** Milliseconds, but for the window and the failures. */
  private static DispatchSettings settings(
      int window,
      int submit,
      int barrier,
      int first,
      int most,
      int hedge,
      int failures,
      int pause) {
    return new DispatchSettings(
        window,
        Duration.ofMillis(submit),
        Duration.ofMillis(barrier),
        Duration.ofMillis(first),
        Duration.ofMillis(most),
        Duration.ofMillis(hedge),
        failures,
        Duration.ofMillis(pause));
  }

  @Test
  void theLeastThatMakesSenseIsTaken() {
    assertThatCode(() -> settings(1, 0, 0, 1, 1, 0, 1, 1)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1, 1, 0, 1, 1, window",
    "1, 0, 0, 1, 1, 0, 0, 1, breakerFailures",
    "1, -1, 0, 1, 1, 0, 1, 1, submitLimit",
    "1, 0, -1, 1, 1, 0, 1, 1, barrierLimit",
    "1, 0, 0, 1, 1, -1, 1, 1, hedgeAfter",
    "1, 0, 0, 0, 1, 0, 1, 1, firstBackoff",
    "1, 0, 0, -1, 1, 0, 1, 1, firstBackoff",
    "1, 0, 0, 1, 1, 0, 1, 0, breakerPause",
    "1, 0, 0, 2, 1, 0, 1, 1, maxBackoff"
  })
  void anythingElseIsNamed(
      int window,
      int submit,
      int barrier,
      int first,
      int most,
      int hedge,
      int failures,
      int pause,
      String named) {
    assertThatThrownBy(() -> settings(window, submit, barrier, first, most, hedge, failures, pause))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
