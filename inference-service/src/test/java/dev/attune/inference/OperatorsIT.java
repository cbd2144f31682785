package dev.attune.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the service tells of itself, and where. */
class OperatorsIT extends RunningInference {
  @Test
  void showsItselfToOperators() throws Exception {
    var unused = score(user(), 1, 0);

    assertThat(managed("/actuator/health/readiness").statusCode()).isEqualTo(200);
    assertThat(managed("/actuator/health/liveness").statusCode()).isEqualTo(200);
    assertThat(managed("/actuator/prometheus").body())
        .contains("attune_freshness_seconds_bucket", "attune_scoring_calls_total");
    assertThat(get("/openapi.json").body()).contains("/v2/models/{name}/infer", "/v1/models");
    assertThat(managed("/actuator/info").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsNothingOfItselfOnThePublicPort() {
    for (String path : List.of("health", "health/liveness", "prometheus", "info")) {
      assertThat(get("/actuator/" + path).statusCode()).as(path).isEqualTo(404);
      assertThat(get("/actuator/" + path, SECRET).statusCode()).as(path).isEqualTo(404);
    }
  }
}
