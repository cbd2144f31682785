package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who may ask the console for what, and what reaches the services. */
class ConsoleIT {
  private static final Map<String, String> OURS = Map.of("Attune-Console", "1");

  private static Upstream upstream;
  private static Upstream management;
  private static RunningConsole open;
  private static RunningConsole guarded;

  @BeforeAll
  static void start() {
    upstream = new Upstream();
    management = new Upstream();
    open = RunningConsole.before(upstream, management);
    guarded =
        RunningConsole.before(
            upstream,
            management,
            "attune.console.users[0].name=vera",
            "attune.console.users[0].password-hash=" + hash("look"),
            "attune.console.users[0].role=viewer",
            "attune.console.users[1].name=ed",
            "attune.console.users[1].password-hash=" + hash("change"),
            "attune.console.users[1].role=editor",
            "attune.console.session.secure-cookie=false");
  }

  @AfterAll
  static void stop() {
    open.close();
    guarded.close();
    upstream.close();
    management.close();
  }

  @Test
  void passesOnPathQueryBodyAndStatusWithItsOwnKeyOnly() throws Exception {
    String userId = "%2F%25a%3Bb%20%C3%A9";
    upstream.seen.clear();

    var found =
        open.get(
            "/api/responses/v1/users/" + userId + "?asOf=now",
            Map.of(
                "Authorization", "Bearer mine", "Cookie", "a=b", "Attune-On-Behalf-Of", "eve@x"));
    var sent = open.send("POST", "/api/gateway/v1/events", "{\"events\":[]}", OURS);

    assertThat(found.statusCode()).isEqualTo(207);
    assertThat(found.body()).isEqualTo("{\"said\":true}");
    assertThat(sent.statusCode()).isEqualTo(207);
    assertThat(upstream.seen)
        .containsExactly(
            new Upstream.Seen(
                "GET",
                "/v1/users/" + userId + "?asOf=now",
                "Bearer key",
                "local@127.0.0.1",
                "",
                ""),
            new Upstream.Seen(
                "POST", "/v1/events", "Bearer key", "local@127.0.0.1", "", "{\"events\":[]}"));
  }

  /** What training wrote is a page of somebody else's under the console's address. */
  @Test
  void aModelsReportMayHaveStylesInsideAndNoScript() throws Exception {
    var report = open.get("/api/inference/v1/models/2026-01-02.1/report", Map.of());
    var list = open.get("/api/inference/v1/models", Map.of());

    assertThat(report.statusCode()).isEqualTo(207);
    assertThat(report.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .contains("default-src 'none'", "style-src 'unsafe-inline'", "sandbox")
        .doesNotContain("script");
    assertThat(list.headers().allValues("Content-Security-Policy"))
        .singleElement()
        .asString()
        .contains("default-src 'self'")
        .doesNotContain("unsafe");
  }

  @Test
  void leadsNobodyToAManagementPort() throws Exception {
    for (String service : List.of("gateway", "responses", "inference", "streams")) {
      var answer = open.get("/api/" + service + "/actuator/prometheus", Map.of());
      assertThat(answer.statusCode()).as(service).isEqualTo(404);
    }
  }

  @Test
  void onlyItsManagementPortAnswersProbesAndTellsMetrics() throws Exception {
    List<String> paths =
        List.of("health", "health/liveness", "health/readiness", "prometheus", "info");
    for (RunningConsole console : List.of(open, guarded)) {
      for (String path : paths) {
        assertThat(console.manage("/actuator/" + path).statusCode()).as(path).isEqualTo(200);
        assertThat(console.get("/actuator/" + path, Map.of()).statusCode()).as(path).isEqualTo(404);
      }
      assertThat(console.manage("/api/me").statusCode()).isNotEqualTo(200);
      assertThat(console.manage("/openapi.json").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void passesOnWhatAServiceSaysBitByBit() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer =
          http.sendAsync(
                  HttpRequest.newBuilder(open.uri("/api/responses/v1/users/u/events")).build(),
                  BodyHandlers.ofInputStream())
              .get();
      try (var lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        assertThat(lines.readLine()).isEqualTo("data:first");
      }
      http.shutdownNow();
    }
  }

  @Test
  void hasOnlyThePathsThatItsPagesNeed() throws Exception {
    upstream.seen.clear();

    assertThat(open.get("/api/inference/v2/models/intent", Map.of()).statusCode()).isEqualTo(404);
    assertThat(open.get("/api/redis/v1/users/u", Map.of()).statusCode()).isEqualTo(404);
    assertThat(open.get("/api/responses/v1/users/..", Map.of()).statusCode()).isEqualTo(400);
    assertThat(open.send("DELETE", "/api/responses/v1/decisions/d", "", OURS).statusCode())
        .isEqualTo(404);
    assertThat(upstream.seen).isEmpty();
  }

  @Test
  void aContentTypeThatIsNoneIsTheCallersMistake() throws Exception {
    upstream.seen.clear();

    var answer =
        open.send(
            "POST",
            "/api/gateway/v1/events",
            "{}",
            Map.of("Attune-Console", "1", "Content-Type", "ada-of-no-log"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"malformed\"").doesNotContain("ada-of-no-log");
    assertThat(upstream.seen).isEmpty();
  }

  @Test
  void packsWhatABrowserLoads() throws Exception {
    for (String path :
        List.of(
            "/",
            "/style.css",
            "/controls.css",
            "/charts.css",
            "/app.js",
            "/vendor/uplot.js",
            "/vendor/attune.js",
            "/pages/models.js",
            "/openapi.json",
            "/api/overview/history")) {
      var answer = open.get(path, Map.of("Accept-Encoding", "gzip"));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Encoding")).as(path).hasValue("gzip");
    }
    assertThat(guarded.get("/theme.js", Map.of("Accept-Encoding", "gzip")).headers().map())
        .as("what is small is sent as it is")
        .doesNotContainKey("Content-Encoding");
  }

  @Test
  void refusesWhatAnotherSiteSends() throws Exception {
    upstream.seen.clear();

    var forged = open.send("POST", "/api/inference/v1/models/rollback", "", Map.of());

    assertThat(forged.statusCode()).isEqualTo(403);
    assertThat(upstream.seen).isEmpty();
  }

  @Test
  void refusesSigningInFromAnotherSite() throws Exception {
    Map<String, String> headers =
        Map.of(
            "Content-Type", "application/x-www-form-urlencoded",
            "Sec-Fetch-Site", "cross-site");

    var answer = guarded.send("POST", "/login", "username=ed&password=change", headers);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void leadsAPersonToTheFormAndKeepsNothingOfWhoOnlyKnocks() throws Exception {
    var knocked = guarded.get("/", Map.of("Accept", "text/html"));

    assertThat(knocked.statusCode()).isEqualTo(302);
    assertThat(knocked.headers().firstValue("Location")).hasValue("/login");
    assertThat(knocked.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(guarded.get("/login", Map.of()).body()).contains("Sign in");
  }

  @Test
  void refusesOtherNamesOfThisMachineWhereNobodySignsIn() throws Exception {
    assertThat(statusOfHost("evil.example")).isEqualTo(403);
    assertThat(statusOfHost("localhost")).isEqualTo(200);
  }

  /** As {@code curl -H "Host: ..."} would ask; the JDK's client sets that header itself. */
  private static int statusOfHost(String host) throws Exception {
    try (var socket = new Socket("127.0.0.1", open.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /api/me HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ")[1]);
    }
  }

  @Test
  void letsViewersLookAndEditorsChange() throws Exception {
    upstream.seen.clear();
    String vera = signIn("vera", "look");
    String ed = signIn("ed", "change");

    assertThat(guarded.get("/api/responses/v1/kpis", Map.of()).statusCode()).isEqualTo(401);
    assertThat(guarded.get("/api/responses/v1/kpis", Map.of("Cookie", vera)).statusCode())
        .isEqualTo(207);
    assertThat(guarded.get("/api/me", Map.of("Cookie", vera)).body())
        .contains("\"name\":\"vera\"", "\"mayEdit\":false");
    assertThat(rollback(vera).statusCode()).isEqualTo(403);
    assertThat(rollback(ed).statusCode()).isEqualTo(207);
    assertThat(upstream.seen).extracting(Upstream.Seen::method).containsExactly("GET", "POST");
    assertThat(upstream.seen).extracting(Upstream.Seen::cookie).containsOnly("");
    assertThat(upstream.seen)
        .extracting(Upstream.Seen::onBehalfOf)
        .containsExactly("vera@127.0.0.1", "ed@127.0.0.1");
  }

  @Test
  void signsNobodyInWithAWrongPassword() throws Exception {
    var answer = form("vera", "guess");

    assertThat(answer.headers().firstValue("Location")).hasValue("/login?error");
  }

  private static HttpResponse<String> rollback(String cookie) throws Exception {
    return guarded.send(
        "POST",
        "/api/inference/v1/models/rollback",
        "",
        Map.of("Cookie", cookie, "Attune-Console", "1"));
  }

  private static String signIn(String name, String password) throws Exception {
    var answer = form(name, password);
    assertThat(answer.headers().firstValue("Location")).hasValue("/");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HTTPOnly", "SameSite=Strict");
    return cookie.split(";")[0];
  }

  private static HttpResponse<String> form(String name, String password) throws Exception {
    return guarded.send(
        "POST",
        "/login",
        "username=%s&password=%s".formatted(name, password),
        Map.of("Content-Type", "application/x-www-form-urlencoded"));
  }

  private static String hash(String password) {
    return String.valueOf(new BCryptPasswordEncoder(4).encode(password));
  }
}
