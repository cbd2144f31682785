package dev.attune.console.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DriftSettingsTest {
  @Test
  void defaults() {
    assertThat(bind(Map.of())).isEqualTo(new DriftSettings("", Duration.ofSeconds(30)));
  }

  @Test
  void mapsAll() {
    assertThat(bind(Map.of("file", "drift.json", "interval", "2m")))
        .isEqualTo(new DriftSettings("drift.json", Duration.ofMinutes(2)));
  }

  @Test
  void rejectsAnIntervalOfLessThanASecond() {
    assertThatThrownBy(() -> bind(Map.of("interval", "900ms")))
        .rootCause()
        .hasMessage("attune.console.drift.interval must be a second at least");
  }

  private static DriftSettings bind(Map<String, String> own) {
    var properties = new MapConfigurationPropertySource();
    own.forEach((name, value) -> properties.put("attune.console.drift." + name, value));
    return new Binder(properties).bindOrCreate("attune.console.drift", DriftSettings.class);
  }
}
