package dev.attune.console.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ServiceSettingsTest {
  private static final Map<String, String> NEEDED =
      Map.of(
          "gateway", "http://gateway",
          "responses", "http://responses",
          "inference", "http://inference",
          "management.streams", "http://streams:7174",
          "secret", "s");

  @Test
  void givesUpWhoIsAwayOrSilent() {
    ServiceSettings settings = bind(Map.of());

    assertThat(settings.url(Service.INFERENCE)).isEqualTo(URI.create("http://inference"));
    assertThat(settings.management().url(Service.INFERENCE))
        .isEqualTo(URI.create("http://127.0.0.1:7172"));
    assertThat(settings.management().url(Service.STREAMS))
        .isEqualTo(URI.create("http://streams:7174"));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.silence()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void mapsEveryName() {
    ServiceSettings settings =
        bind(
            Map.of(
                "connect-timeout", "5s",
                "silence", "1m",
                "management.gateway", "http://gateway:7170",
                "management.responses", "http://responses:7171",
                "management.inference", "http://inference:7172"));

    assertThat(settings)
        .isEqualTo(
            new ServiceSettings(
                URI.create("http://gateway"),
                URI.create("http://responses"),
                URI.create("http://inference"),
                new ServiceSettings.Management(
                    URI.create("http://gateway:7170"),
                    URI.create("http://responses:7171"),
                    URI.create("http://inference:7172"),
                    URI.create("http://streams:7174")),
                "s",
                Duration.ofSeconds(5),
                Duration.ofMinutes(1)));
  }

  @Test
  void refusesToGoWithoutAKeyOrWithoutATimeout() {
    assertThatThrownBy(() -> bind(Map.of("secret", " ")))
        .hasRootCauseMessage("attune.console.services.secret must be set");
    assertThatThrownBy(() -> bind(Map.of("silence", "0s")))
        .hasRootCauseMessage("attune.console.services.silence must be positive");
    assertThatThrownBy(() -> bind(Map.of("connect-timeout", "0s")))
        .hasRootCauseMessage("attune.console.services.connect-timeout must be positive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway:7070", "ftp://gateway", "http://proxy/attune", "/gateway"})
  void refusesWhatIsNoAddressOfAService(String url) {
    assertThatThrownBy(() -> bind(Map.of("gateway", url)))
        .hasRootCauseMessage(
            "attune.console.services.gateway must be like http://host:port, not " + url);
    assertThatThrownBy(() -> bind(Map.of("management.gateway", url)))
        .hasRootCauseMessage(
            "attune.console.services.management.gateway must be like http://host:port, not " + url);
  }

  private static ServiceSettings bind(Map<String, String> own) {
    var all = new TreeMap<>(NEEDED);
    all.putAll(own);
    var properties = new TreeMap<String, String>();
    all.forEach((name, value) -> properties.put("attune.console.services." + name, value));
    return new Binder(new MapConfigurationPropertySource(properties))
        .bind("attune.console.services", ServiceSettings.class)
        .get();
  }
}
