package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the overview is told, and where its history comes from. */
class OverviewIT {
  private static final Queue<String> QUERIES = new ConcurrentLinkedQueue<>();

  private static Upstream upstream;
  private static DisposableServer services;
  private static DisposableServer prometheus;
  private static RunningConsole alone;
  private static RunningConsole beside;
  private static RunningConsole bereft;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    services =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes
                        .get(
                            "/actuator/prometheus",
                            (request, response) ->
                                response.sendString(
                                    Mono.just(
                                        "attune_streams_lag 41\nattune_store_open 0\n"
                                            + "attune_store_budget_seconds 0.02\n")))
                        .get(
                            "/actuator/health",
                            (request, response) ->
                                response.sendString(
                                    Mono.just(
                                        "{\"components\":{\"playbook\":{\"status\":\"UP\",\"details\":{\"warnings\":[\"rules.yaml:3:"
                                            + " never fires\"]}}}}")))
                        .get(
                            "/actuator/{any}",
                            (request, response) -> response.sendString(Mono.just("{}")))
                        .get(
                            "/actuator/health/readiness",
                            (request, response) -> response.sendString(Mono.just("{}"))))
            .bindNow();
    prometheus =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes.post(
                        "/api/v1/query_range",
                        (request, response) ->
                            request
                                .receive()
                                .aggregate()
                                .asString()
                                .flatMap(
                                    form -> {
                                      QUERIES.add(form);
                                      return response
                                          .header("Content-Type", "application/json")
                                          .sendString(Mono.just(answer(form)))
                                          .then();
                                    })))
            .bindNow();
    alone = console();
    beside =
        console(
            "attune.console.history.prometheus=http://127.0.0.1:" + prometheus.port() + "/",
            "attune.console.history.selector=namespace=\"shop\"");
    bereft = console("attune.console.history.prometheus=http://127.0.0.1:1");
  }

  /** A value at the last time that was asked for. */
  private static String answer(String form) {
    String end = form.replaceAll(".*[&]end=(\\d+).*", "$1");
    return "{\"data\":{\"result\":[{\"values\":[[" + end + ",\"12.3456\"]]}]}}";
  }

  @AfterAll
  static void stop() {
    alone.close();
    beside.close();
    bereft.close();
    upstream.close();
    services.disposeNow();
    prometheus.disposeNow();
  }

  private static RunningConsole console(String... own) {
    String url = "http://127.0.0.1:" + services.port();
    var all = new java.util.ArrayList<String>();
    for (String service : List.of("gateway", "responses", "streams")) {
      all.add("attune.console.services.management." + service + "=" + url);
    }
    all.add("attune.console.services.management.inference=http://127.0.0.1:1");
    all.addAll(List.of(own));
    return RunningConsole.before(upstream, upstream, all.toArray(String[]::new));
  }

  @Test
  void tellsEachStageAtOnceAndAgainSoon() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(alone.uri("/api/overview/events"))
                  .header("Accept-Encoding", "gzip")
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              BodyHandlers.ofInputStream());
      assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
      try (var news = new GZIPInputStream(answer.body())) {
        JsonNode first = next(news);
        JsonNode second = next(news);

        assertThat(first.at("/stages/1/name").asString()).isEqualTo("streams");
        assertThat(first.at("/stages/1/waiting").asInt()).isEqualTo(41);
        assertThat(first.at("/stages/2/state").asString()).isEqualTo("bad");
        assertThat(first.at("/stages/0/state").asString()).isEqualTo("warn");
        assertThat(first.at("/stages/0/troubles/0").asString()).contains("never fires");
        assertThat(first.path("readBudgetSeconds").asDouble()).isEqualTo(0.02);
        assertThat(first.toString().length()).as("bytes each 2 s").isLessThan(4_000);
        assertThat(second.path("at").asLong() - first.path("at").asLong())
            .isBetween(1_000L, 12_000L);
        assertThat(System.currentTimeMillis() - second.path("at").asLong())
            .as("it didn't wait for more to be packed with")
            .isLessThan(5_000);
      }
      http.shutdownNow();
    }
  }

  private static JsonNode next(InputStream news) throws IOException {
    String line = line(news);
    while (!line.startsWith("data:")) {
      line = line(news);
    }
    return JsonMapper.shared().readTree(line.substring("data:".length()));
  }

  /**
   * Byte by byte: a reader would wait for more than a line, since a packed stream always says that
   * there is.
   */
  private static String line(InputStream news) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = news.read(); next != '\n'; next = news.read()) {
      assertThat(next).as("the stream goes on").isNotEqualTo(-1);
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsTheNewestToWhoeverAsksOnce() throws Exception {
    assertThat(json(alone, "/api/overview").at("/stages/1/waiting").asInt()).isEqualTo(41);
  }

  @Test
  void historyIsItsOwnWithoutAPrometheus() throws Exception {
    JsonNode history = json(alone, "/api/overview/history?hours=1");

    assertThat(history.path("source").asString()).isEqualTo("console");
    assertThat(history.path("times").size()).isEqualTo(60);
    assertThat(history.at("/series/freshnessP99").size()).isEqualTo(60);
    assertThat(alone.get("/api/overview/history?hours=25", Map.of()).statusCode()).isEqualTo(400);
  }

  @Test
  void historyIsPrometheusWhereThereIsOne() throws Exception {
    QUERIES.clear();

    JsonNode history = json(beside, "/api/overview/history?hours=24");

    assertThat(history.path("source").asString()).isEqualTo("prometheus");
    assertThat(history.path("times").size()).isEqualTo(360);
    assertThat(history.at("/series/lag/359").asDouble()).isEqualTo(12.35);
    assertThat(history.at("/series/lag/0").isNull()).isTrue();
    assertThat(QUERIES)
        .hasSize(7)
        .allMatch(form -> form.contains("namespace%3D%22shop%22"))
        .noneMatch(form -> form.contains("%24"))
        .as("customers who return after a day are no error")
        .noneMatch(form -> form.contains("stale"))
        .as("errors are those of the console's own history")
        .anyMatch(
            form ->
                List.of(
                        "attune_ingest_rejected_total",
                        "attune_ingest_unacknowledged_total",
                        "attune_streams_dead_letters_total",
                        "attune_decisions_lost_total",
                        "unavailable",
                        "template_error")
                    .stream()
                    .allMatch(form::contains));
    assertThat(history.path("times").get(359).asLong())
        .isBetween(Instant.now().getEpochSecond() - 300, Instant.now().getEpochSecond());
  }

  @Test
  void aPrometheusThatIsAwayLeavesTheConsolesOwn() throws Exception {
    assertThat(json(bereft, "/api/overview/history").path("source").asString())
        .isEqualTo("console");
  }

  private static JsonNode json(RunningConsole console, String path) throws Exception {
    var answer = console.get(path, Map.of());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }
}
