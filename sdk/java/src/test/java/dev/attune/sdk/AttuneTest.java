package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AttuneTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":503}",
        "{\"status\":200,\"body\":\"<!doctype html><title>Back soon</title>\"}",
        "{\"status\":302,\"location\":\"/login\",\"body\":\"\"}",
        "{\"status\":404,\"body\":\"<!doctype html><title>No such page</title>\"}"
      })
  void sendsAfterARestartWhatTheServerCouldNotTakeBefore(String answer) throws Exception {
    Path spool = folder.resolve("attune.spool");
    String id;
    try (var away = new ScriptedGateway(List.of(JSON.readTree(answer)));
        Attune attune = quick(away).spool(spool).start()) {
      id = attune.track(Event.clicked("u-1", "buy"));
      attune.close(Duration.ofMillis(100));
    }

    try (var back = new ScriptedGateway(List.of(JSON.readTree("{\"status\":200}")));
        Attune attune = quick(back).spool(spool).start()) {
      assertThat(attune.queued()).isEqualTo(1);
      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

      JsonNode event = back.requests.get(0).events().get(0);
      assertThat(event.get("eventId").asString()).isEqualTo(id);
    }
  }

  @Test
  void closesWithinItsDeadlineWhenTheServerIsAway() {
    Attune attune =
        Attune.at("http://127.0.0.1:9", "k")
            .retry(Duration.ofSeconds(20), Duration.ofSeconds(20))
            .start();
    attune.track(Event.clicked("u-1", "buy"));

    long start = System.nanoTime();
    attune.close(Duration.ofMillis(200));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(attune.queued()).isEqualTo(1);
  }

  @Test
  void dropsAnEventThatTheGatewayWouldRefuseForItsSize() {
    try (Attune attune = Attune.at("http://127.0.0.1:9", "k").start()) {
      attune.track(Event.messageSent("u-1", "x".repeat(40_000)));

      assertThat(attune.dropped()).isEqualTo(1);
      assertThat(attune.queued()).isZero();
    }
  }

  @Test
  void writesTheContractsJsonForm() {
    Event event =
        Event.issueOpened("u-1", "i-1")
            .with("category", "refund")
            .sessionId("s-1")
            .channel("web")
            .locale("es-ES")
            .context("page", "/orders")
            .context("timezone", "Europe/Madrid");

    JsonNode json = JSON.readTree(event.toJson("e-1", Instant.parse("2026-01-02T03:04:05.678Z")));

    assertThat(json)
        .isEqualTo(
            JSON.readTree(
                """
                {"eventId":"e-1","type":"issue_opened","userId":"u-1",
                 "occurredAt":"2026-01-02T03:04:05.678Z","sessionId":"s-1","channel":"web",
                 "locale":"es-ES","context":{"page":"/orders","timezone":"Europe/Madrid","sdk":"java/0.1.0"},
                 "issue_opened":{"issueId":"i-1","category":"refund"}}
                """));
  }

  @Test
  void namesItsOwnVersion() throws IOException {
    String version =
        Pattern.compile("<version>([^<]*)</version>")
            .matcher(Files.readString(Path.of("pom.xml")))
            .results()
            .findFirst()
            .orElseThrow()
            .group(1);

    assertThat("java/" + version).isIn(Event.SDK, Event.SDK + "-SNAPSHOT");
  }

  @Test
  void readsWhatItWrites() {
    Map<String, Object> value =
        Map.of("text", "¿\"\\\n\u2028 😀\ud800", "list", List.of(1.5, true), "map", Map.of());

    JsonNode seen = JSON.readTree(Json.write(value));

    assertThat(seen.get("list")).isEqualTo(JSON.readTree("[1.5,true]"));
    assertThat(Json.read(Json.write(value))).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[1,", "{\"a\" 1}", "\"open", "tru", "1 2", "\"\\u12\"", "{a:1}"})
  void refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> Json.read(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsRetryAfterAsSecondsAndAsADate() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(Sender.retryAfter("7", now)).isEqualTo(Duration.ofSeconds(7));
    assertThat(Sender.retryAfter("Thu, 1 Jan 2026 00:00:09 GMT", now))
        .isEqualTo(Duration.ofSeconds(9));
    assertThat(Sender.retryAfter("soon", now)).isZero();
    assertThat(Sender.retryAfter("" + Long.MAX_VALUE, now)).isEqualTo(Duration.ofDays(365));
    assertThat(Sender.retryAfter(null, now)).isZero();
  }

  private static Options quick(ScriptedGateway gateway) {
    return Attune.at(gateway.url(), "k").retry(Duration.ofMillis(10), Duration.ofMillis(50));
  }
}
