package dev.attune.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplyRequestTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ReplyRequest WHOLE =
      ReplyRequest.of("u-1", "greeting")
          .sessionId("s-1")
          .locale("es-ES")
          .timezone("Europe/Madrid")
          .format("html")
          .variables(Map.of("name", "Ada"))
          .after("3-7")
          .waitFor(Duration.ofMillis(250));

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Transport server =
      (url, headers, body, timeout) -> {
        if (url.endsWith("/v1/events")) {
          return new Transport.Response(
              200, null, "{\"accepted\":1,\"rejected\":[],\"tokens\":{\"u-1\":\"0-5\"}}");
        }
        asked.add(new String(body, UTF_8));
        return new Transport.Response(200, null, "{\"text\":\"hello\"}");
      };

  @Test
  void saysAllThatTheServiceReads() throws IOException {
    JsonNode document =
        JSON.readTree(
            Files.readString(Path.of("../../response-api/src/main/resources/openapi.json")));

    JsonNode sent = JSON.readTree(WHOLE.toJson(null));

    assertThat(sent.propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            document.at("/components/schemas/ReplyRequest/properties").propertyNames());
    assertThat(sent)
        .isEqualTo(
            JSON.readTree(
                """
                {"userId":"u-1","slot":"greeting","sessionId":"s-1","locale":"es-ES",
                 "timezone":"Europe/Madrid","format":"html","variables":{"name":"Ada"},
                 "after":"3-7","waitMs":250}"""));
  }

  @Test
  void isSentByItselfAndByTheShorterForm() throws Exception {
    try (Attune attune = Attune.at("http://gateway", "k").transport(server).start()) {
      assertThat(attune.respond(WHOLE)).isPresent();
      assertThat(attune.respond("u-1", "greeting", Map.of("name", "Ada"), Duration.ZERO))
          .isPresent();
    }

    assertThat(asked)
        .containsExactly(
            WHOLE.toJson(null),
            "{\"userId\":\"u-1\",\"slot\":\"greeting\",\"variables\":{\"name\":\"Ada\"}}");
  }

  @Test
  void waitsForTheEventsThatThisClientSentUnlessAnotherPositionIsGiven() throws Exception {
    ReplyRequest request = ReplyRequest.of("u-1", "greeting").waitFor(Duration.ofSeconds(9));
    try (Attune attune = Attune.at("http://gateway", "k").transport(server).start()) {
      assertThat(attune.respond(request)).isPresent();
      attune.track(Event.clicked("u-1", "a"));
      assertThat(attune.flush(Duration.ofSeconds(5))).isTrue();
      assertThat(attune.respond(request)).isPresent();
      assertThat(attune.respond(request.after("3-7"))).isPresent();
      assertThat(attune.respond(request.waitFor(Duration.ofMillis(-1)))).isPresent();
    }

    assertThat(asked)
        .extracting(body -> body.replaceFirst(".*\"slot\":\"greeting\"", ""))
        .containsExactly(
            "}", ",\"after\":\"0-5\",\"waitMs\":1000}", ",\"after\":\"3-7\",\"waitMs\":1000}", "}");
  }
}
