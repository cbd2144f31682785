package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HistorySettingsTest {
  @Test
  void keepsADayInMemoryByItself() {
    assertThat(bind(Map.of())).isEqualTo(new HistorySettings("", "", ""));
  }

  @Test
  void mapsEveryName() {
    assertThat(
            bind(
                Map.of(
                    "prometheus", "http://prometheus:9090/prefix",
                    "selector", "namespace=\"attune\"",
                    "file", "/data/history")))
        .isEqualTo(
            new HistorySettings(
                "http://prometheus:9090/prefix", "namespace=\"attune\"", "/data/history"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus:9090", "ftp://prometheus", "http://", "a b"})
  void refusesWhatIsNoAddress(String url) {
    assertThatThrownBy(() -> bind(Map.of("prometheus", url)))
        .hasRootCauseMessage(
            "attune.console.history.prometheus must be like http://host:port, not " + url);
  }

  @Test
  void refusesASelectorThatWouldEndTheQuery() {
    assertThatThrownBy(() -> bind(Map.of("selector", "a=\"b\"}")))
        .rootCause()
        .hasMessageContaining("attune.console.history.selector");
  }

  private static HistorySettings bind(Map<String, String> own) {
    var properties = new java.util.TreeMap<String, String>();
    properties.put("attune.console.history.selector", "");
    own.forEach((name, value) -> properties.put("attune.console.history." + name, value));
    return new Binder(new MapConfigurationPropertySource(properties))
        .bind("attune.console.history", HistorySettings.class)
        .get();
  }
}
