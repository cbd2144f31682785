package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ServiceClientTest {
  @Test
  void troublesAreSentences() {
    String health =
        """
        {"status": "DOWN", "components": {
          "models": {"status": "UP", "details": {"refused": [
            {"slot": "LIVE", "version": "2026-01-02.1", "reason": "its self-check failed.",
             "at": "2026-01-02T03:04:05Z"}]}},
          "playbook": {"status": "UP", "details": {"warnings": ["rule a never speaks"]}},
          "decisionLog": {"status": "DOWN", "details": {"reason": "Kafka is away"}},
          "ping": {"status": "OUT_OF_SERVICE"}}}""";

    assertThat(ServiceClient.troubles(JsonMapper.shared().readTree(health)))
        .containsExactly(
            "Model 2026-01-02.1 was refused: its self-check failed.",
            "rule a never speaks",
            "Kafka is away",
            "ping is OUT_OF_SERVICE");
  }
}
