package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drift as inference-service tells it becomes a curve a version, which survives a restart. */
class DriftIT {
  private static final String FIRST = "2026-01-02.1";
  private static final String SECOND = "2026-02-02.1";

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile String report = report(FIRST, null);
  private Upstream upstream;
  private DisposableServer inference;

  @BeforeEach
  void start() {
    upstream = new Upstream();
    inference = inference();
  }

  private DisposableServer inference() {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .route(
            routes ->
                routes.get(
                    "/v1/drift",
                    (request, out) ->
                        "Bearer key".equals(request.requestHeaders().get("Authorization"))
                            ? out.sendString(Mono.fromSupplier(this::answer))
                            : out.status(401).send()))
        .bindNow();
  }

  private String answer() {
    asked.incrementAndGet();
    return report;
  }

  private static String report(String version, @Nullable Double index) {
    return """
        {"modelVersion": "%s", "window": "PT24H", "rows": 1200, "rowsWithoutAge": 0,
         "features": [{"name": "messages_7d", "populationStability": %2$s},
           {"name": "last_page", "populationStability": null}],
         "prediction": null, "confidence": {"name": "@confidence", "populationStability": %2$s}}
        """
        .formatted(version, index);
  }

  @AfterEach
  void stop() {
    upstream.close();
    inference.disposeNow();
  }

  @Test
  void driftIsKeptByVersionOverTimeAndOverARestart() throws Exception {
    try (RunningConsole console = console()) {
      await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() > 1);
      assertThat(console.get(path(FIRST), Map.of()).statusCode()).isEqualTo(404);

      report = report(FIRST, 0.05);
      JsonNode first = drift(console, FIRST, 2);

      assertThat(first.at("/highest/0").asDouble()).isEqualTo(0.05);
      assertThat(first.at("/features/messages_7d/1").asDouble()).isEqualTo(0.05);
      assertThat(first.at("/features/@confidence/1").asDouble()).isEqualTo(0.05);
      assertThat(first.path("features").has("last_page")).isFalse();

      report = report(SECOND, 0.31);
      JsonNode second = drift(console, SECOND, 2);

      assertThat(second.at("/highest/0").asDouble()).isEqualTo(0.31);
      assertThat(console.get(path("unknown"), Map.of()).statusCode()).isEqualTo(404);
    }
    // a console that ends takes the threads of the servers here with it
    inference = inference();
    report = "{\"modelVersion\": null, \"features\": []}";
    try (RunningConsole again = console()) {
      assertThat(drift(again, FIRST, 2).at("/highest/0").asDouble()).isEqualTo(0.05);
      int kept = drift(again, SECOND, 2).path("times").size();

      report = report(SECOND, null);

      JsonNode goneOn = drift(again, SECOND, kept + 1);
      assertThat(goneOn.at("/highest/0").asDouble()).isEqualTo(0.31);
      assertThat(goneOn.path("highest").get(goneOn.path("highest").size() - 1).isNull()).isTrue();
    }
  }

  private static JsonNode drift(RunningConsole console, String version, int points) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> JsonMapper.shared().readTree(console.get(path(version), Map.of()).body()),
            drift -> drift.path("times").size() >= points);
  }

  private static String path(String version) {
    return "/api/models/" + version + "/drift";
  }

  private RunningConsole console() {
    return RunningConsole.before(
        upstream,
        upstream,
        "attune.console.services.inference=http://127.0.0.1:" + inference.port(),
        "attune.console.drift.interval=1s",
        "attune.console.drift.file=" + folder.resolve("drift.json"));
  }
}
