package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.Bound;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringSettingsTest {
  private static final Map<String, String> REQUIRED =
      Map.of("addresses", "inference:7073", "secret", "s");

  private static Bound<ScoringSettings> bind(Map<String, String> properties) {
    return Bound.of("attune.scoring", ScoringSettings.class, REQUIRED, properties);
  }

  @Test
  void hasDefaults() {
    ScoringSettings settings = bind(Map.of()).value();

    assertThat(settings)
        .isEqualTo(
            new ScoringSettings(
                List.of("inference:7073"),
                "s",
                false,
                Duration.ofSeconds(2),
                512,
                Duration.ofSeconds(2),
                Duration.ofMillis(10),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                32,
                Duration.ofMillis(500)));
  }

  @Test
  void mapsEverySetting() {
    ScoringSettings settings =
        bind(Map.ofEntries(
                Map.entry("addresses", "a:1,b:2"),
                Map.entry("secret", "t"),
                Map.entry("tls", "true"),
                Map.entry("call-deadline", "3s"),
                Map.entry("window", "7"),
                Map.entry("submit-limit", "4s"),
                Map.entry("barrier-limit", "5s"),
                Map.entry("first-backoff", "6ms"),
                Map.entry("max-backoff", "7ms"),
                Map.entry("hedge-after", "0s"),
                Map.entry("breaker-failures", "9"),
                Map.entry("breaker-pause", "10ms")))
            .value();

    assertThat(settings)
        .isEqualTo(
            new ScoringSettings(
                List.of("a:1", "b:2"),
                "t",
                true,
                Duration.ofSeconds(3),
                7,
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofMillis(6),
                Duration.ofMillis(7),
                Duration.ZERO,
                9,
                Duration.ofMillis(10)));
    assertThat(settings.dispatch().window()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "addresses, ''",
    "addresses, no-port",
    "secret, ''",
    "window, 0",
    "window, 100001",
    "call-deadline, 0s",
    "max-backoff, 10ms",
    "first-backoff, 0s",
    "submit-limit, -1s",
    "barrier-limit, -1s",
    "hedge-after, -1s",
    "breaker-failures, 0",
    "breaker-pause, 0s",
    "window, many"
  })
  void refusesWhatCannotWork(String name, String value) {
    assertThat(bind(Map.of(name, value)).problem()).contains("attune.scoring." + name);
  }
}
