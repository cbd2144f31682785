package dev.attune.console.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DriftPointTest {
  @Test
  void hasWhatWasComparedTheModelsOwnOutputIncluded() {
    DriftPoint point =
        DriftPoint.of(
            100,
            report(
                """
                {"features": [
                  {"name": "messages_7d", "level": "DRIFTED", "populationStability": 0.31416},
                  {"name": "clicks_30m", "level": "TOO_EARLY", "populationStability": null},
                  {"name": "plan", "level": "NO_REFERENCE"}],
                 "prediction": {"name": "@prediction", "populationStability": 0},
                 "confidence": null}
                """));

    assertThat(point)
        .isEqualTo(new DriftPoint(100, Map.of("messages_7d", 0.3142, "@prediction", 0.0)));
    assertThat(point.highest()).isEqualTo(0.3142);
  }

  @Test
  void isEarlyWhileNothingIsCompared() {
    DriftPoint point =
        DriftPoint.of(
            100,
            report("{\"features\": [{\"name\": \"clicks_30m\", \"populationStability\": null}]}"));

    assertThat(point.indices()).isEmpty();
    assertThat(point.highest()).isNull();
  }

  @Test
  void ofManyFeaturesThoseThatMovedMostAreKept() {
    String features =
        IntStream.range(0, 500)
            .mapToObj("{\"name\": \"f%1$d\", \"populationStability\": 0.%1$03d}"::formatted)
            .collect(Collectors.joining(","));

    DriftPoint point = DriftPoint.of(100, report("{\"features\": [" + features + "]}"));

    assertThat(point.indices())
        .hasSize(DriftPoint.MOST_FEATURES)
        .containsKeys("f499", "f" + (500 - DriftPoint.MOST_FEATURES));
  }

  private static JsonNode report(String json) {
    return JsonMapper.shared().readTree(json);
  }
}
