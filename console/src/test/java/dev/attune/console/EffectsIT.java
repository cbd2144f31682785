package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results as response-api tells them become a curve that survives a restart. An experiment whose
 * results can't be told holds no other back.
 */
class EffectsIT {
  private static final String LIST =
      """
      {"experiments": [{"name": "broken", "status": "UNDECIDED"},
        {"name": "greeting", "status": "UNDECIDED"}, {"name": "unmeasured"},
        {"name": "young", "status": "COLLECTING"}]}
      """;

  private static final String MODELS =
      """
      {"slots": [{"slot": "LIVE", "version": "v6"}, {"slot": "CANARY", "version": "v7"}]}
      """;

  private static final String CANARY =
      """
      {"metrics": [{"metric": "accuracy", "comparisons": [{"variant": "canary",
        "difference": 0.1, "interval": {"low": 0, "high": 0.2}}]}]}
      """;

  private static final String YOUNG =
      "{\"metrics\": [{\"metric\": \"csat\", \"comparisons\": []}]}";

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private Upstream upstream;
  private DisposableServer responses;

  @BeforeEach
  void start() {
    upstream = new Upstream();
    responses =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes
                        .get("/v1/models", (_, out) -> out.sendString(Mono.just(MODELS)))
                        .route(
                            request -> request.uri().endsWith("/canary%3Av7/results"),
                            (_, out) -> out.sendString(Mono.just(CANARY)))
                        .get("/v1/experiments", (_, out) -> out.sendString(Mono.just(LIST)))
                        .get("/v1/experiments/broken/results", (_, out) -> out.status(500).send())
                        .get(
                            "/v1/experiments/greeting/results",
                            (_, out) -> out.sendString(Mono.fromSupplier(this::greeting)))
                        .get(
                            "/v1/experiments/young/results",
                            (_, out) -> out.sendString(Mono.just(YOUNG))))
            .bindNow();
  }

  private String greeting() {
    return """
        {"metrics": [{"metric": "handling-time", "comparisons": [{"variant": "treatment",
          "difference": %d, "interval": {"low": -40.5, "high": 2}}]}]}
        """
        .formatted(-asked.incrementAndGet());
  }

  @AfterEach
  void stop() {
    upstream.close();
    responses.disposeNow();
  }

  @Test
  void anEffectIsKeptOverTimeAndOverARestart() throws Exception {
    try (RunningConsole console = console()) {
      JsonNode effects = effects(console, 2);

      assertThat(effects.path("metric").asString()).isEqualTo("handling-time");
      assertThat(effects.at("/arms/treatment/difference").toString()).isEqualTo("[-1.0,-2.0]");
      assertThat(effects.at("/arms/treatment/low/1").asDouble()).isEqualTo(-40.5);
      assertThat(effects.at("/arms/treatment/high/1").asDouble()).isEqualTo(2);
      assertThat(effects.at("/times/1").asLong() - effects.at("/times/0").asLong())
          .isGreaterThanOrEqualTo(10);
      assertThat(console.get(path("canary:v7"), Map.of()).body()).contains("accuracy");
      for (String nothing : new String[] {"broken", "young", "unmeasured", "unknown"}) {
        assertThat(console.get(path(nothing), Map.of()).statusCode()).as(nothing).isEqualTo(404);
      }
    }
    try (RunningConsole again = console()) {
      JsonNode effects = effects(again, 1);

      assertThat(effects.at("/arms/treatment/difference/0").asDouble()).isEqualTo(-1);
      assertThat(effects.path("times").size()).isGreaterThanOrEqualTo(2);
    }
  }

  private static JsonNode effects(RunningConsole console, int points) {
    return await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> effects(console), effects -> effects.path("times").size() >= points);
  }

  /** An answer without times while there are none. */
  private static JsonNode effects(RunningConsole console) throws Exception {
    return JsonMapper.shared().readTree(console.get(path("greeting"), Map.of()).body());
  }

  private static String path(String experiment) {
    return "/api/experiments/" + experiment + "/effects";
  }

  private RunningConsole console() {
    return RunningConsole.before(
        upstream,
        upstream,
        "attune.console.services.responses=http://127.0.0.1:" + responses.port(),
        "attune.console.services.inference=http://127.0.0.1:" + responses.port(),
        "attune.console.effects.file=" + folder.resolve("effects.json"));
  }
}
