package dev.attune.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plays {@code sdk/cases.json}, which every Attune SDK passes. */
class SharedCasesTest {
  private static final JsonMapper JSON = new JsonMapper();

  static Stream<Arguments> cases() {
    JsonNode file = JSON.readTree(Path.of("../cases.json").toFile());
    return file.get("cases")
        .valueStream()
        .map(given -> Arguments.of(given.get("name").asString(), given));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void behavesAsEverySdk(String name, JsonNode given) throws Exception {
    List<String> ids = new ArrayList<>();
    try (var gateway = new ScriptedGateway(given.get("answers").valueStream().toList());
        Attune attune = start(gateway, given.path("options"))) {
      String user = "u-1";
      for (JsonNode step : given.get("steps").valueStream().toList()) {
        user = step.path("identify").asString(user);
        if (step.has("track")) {
          ids.add(attune.track(event(user, step.get("track"))));
        }
      }

      assertThat(attune.flush(Duration.ofSeconds(10))).isTrue();

      assertThat(seen(gateway, ids)).isEqualTo(expected(given));
      assertThat(attune.sent()).isEqualTo(given.get("sent").asLong());
      assertThat(attune.dropped()).isEqualTo(given.get("dropped").asLong());
      assertFields(gateway, ids, given);
      assertPause(gateway, given);
    }
  }

  private static Attune start(ScriptedGateway gateway, JsonNode options) {
    return Attune.at(gateway.url(), "local-write")
        .batch(options.path("batchCount").asInt(50), 48 * 1024, Duration.ofMinutes(1))
        .queueLimit(options.path("queueLimit").asInt(1000))
        .retry(Duration.ofMillis(10), Duration.ofMillis(100))
        .start();
  }

  private static Event event(String user, JsonNode track) {
    Map<String, Object> detail =
        JSON.convertValue(track.get("detail"), new TypeReference<Map<String, Object>>() {});
    // `repeat` stands for a text that would not fit on a page
    if (detail.remove("repeat") instanceof Integer times) {
      detail.put("text", track.get("detail").get("text").asString().repeat(times));
    }
    return Event.of(track.get("type").asString(), user, detail);
  }

  private static List<List<Integer>> seen(ScriptedGateway gateway, List<String> ids) {
    return gateway.requests.stream()
        .map(
            request ->
                request.events().stream()
                    .map(event -> ids.indexOf(event.get("eventId").asString()))
                    .toList())
        .toList();
  }

  private static List<List<Integer>> expected(JsonNode given) {
    return JSON.convertValue(given.get("requests"), new TypeReference<List<List<Integer>>>() {});
  }

  private static void assertFields(ScriptedGateway gateway, List<String> ids, JsonNode given) {
    for (int i = 0; i < given.path("events").size(); i++) {
      String id = ids.get(i);
      JsonNode event =
          gateway.requests.stream()
              .flatMap(request -> request.events().stream())
              .filter(e -> e.get("eventId").asString().equals(id))
              .findFirst()
              .orElseThrow();
      given.get("events").get(i).properties().forEach(field -> assertField(event, field));
    }
  }

  private static void assertField(JsonNode event, Map.Entry<String, JsonNode> field) {
    JsonNode actual = event.path(field.getKey());
    if (field.getValue().isObject()) {
      field.getValue().properties().forEach(inner -> assertField(actual, inner));
    } else {
      assertThat(actual).isEqualTo(field.getValue());
    }
  }

  private static void assertPause(ScriptedGateway gateway, JsonNode given) {
    if (given.has("minPauseMs")) {
      long nanos = gateway.requests.get(1).atNanos() - gateway.requests.get(0).atNanos();
      assertThat(Duration.ofNanos(nanos))
          .isGreaterThanOrEqualTo(Duration.ofMillis(given.get("minPauseMs").asLong()));
    }
  }
}
