package dev.attune.streams.skew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.Bound;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkewSettingsTest {
  private static Bound<SkewSettings> bind(Map<String, String> properties) {
    return Bound.of("attune.skew", SkewSettings.class, Map.of(), properties);
  }

  @Test
  void looksAtOneUserInAThousandByDefault() {
    assertThat(bind(Map.of()).value()).isEqualTo(new SkewSettings(1024, Duration.ofHours(1)));
  }

  @Test
  void mapsEverySetting() {
    assertThat(bind(Map.of("one-in", "0", "since", "2h")).value())
        .isEqualTo(new SkewSettings(0, Duration.ofHours(2)));
  }

  @ParameterizedTest
  @CsvSource({"one-in, -1", "since, -1s"})
  void refusesWhatCannotWork(String name, String value) {
    assertThat(bind(Map.of(name, value)).problem()).contains("attune.skew." + name);
  }
}
