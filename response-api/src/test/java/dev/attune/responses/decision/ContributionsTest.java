package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.Membership;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContributionsTest {
  private static final String ANSWER =
      """
      {"label":"refund","margin":1.5,"bias":0.5,"parts":[
        {"feature":"clicks","contribution":-2.0},{"feature":"message","contribution":3.0}]}\
      """;

  private final AtomicReference<@Nullable String> asked = new AtomicReference<>();
  private final AtomicReference<@Nullable String> key = new AtomicReference<>();
  private HttpServer server;
  private int status = 200;
  private int missing;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/explanations",
        exchange -> {
          asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          key.set(exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length + missing);
          exchange.getResponseBody().write(answer);
          exchange.getResponseBody().flush();
          if (missing == 0) {
            exchange.close();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksWithWhatTheDecisionHolds() {
    var parts = contributions("secret").of(decision()).orElseThrow();

    assertThat(parts).containsEntry("clicks", -2.0).containsEntry("message", 3.0);
    assertThat(parts.keySet()).containsExactly("clicks", "message");
    assertThat(key.get()).isEqualTo("Bearer secret");
    JsonNode query = JsonMapper.shared().readTree(asked.get());
    assertThat(query)
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"modelVersion":"2026-01-02.1","label":"refund","featureSetId":"set",
                     "numbers":[1.5,null],"categories":["web",null],"textScores":[-0.5,null],
                     "memberships":{"aaaaaaaaaaaaaaaa":true}}\
                    """));
  }

  @Test
  void withoutAnAnswerThereAreNone() {
    status = 404;
    assertThat(contributions("secret").of(decision())).isEmpty();

    server.stop(0);
    assertThat(contributions("secret").of(decision())).isEmpty();
  }

  @Test
  @Timeout(10)
  void anAnswerThatStopsAfterItsHeadIsNone() {
    missing = 1;

    assertThat(contributions("secret").of(decision())).isEmpty();
  }

  @Test
  void asksNobodyWithoutASecretOrAPrediction() {
    Decision bare = decision();
    bare.setProbabilities(List.of());

    assertThat(contributions("").of(decision())).isEmpty();
    assertThat(contributions("secret").of(bare)).isEmpty();
    assertThat(asked.get()).isNull();
  }

  private Contributions contributions(String secret) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Contributions(new ExplanationSettings(url, secret, Duration.ofSeconds(5)));
  }

  private static Decision decision() {
    return Decision.newBuilder()
        .setDecisionId("d")
        .setUserId("u")
        .setSlot("greeting")
        .setDecidedAt(1)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("hello")
        .setModelName("intent")
        .setModelVersion("2026-01-02.1")
        .setProbabilities(List.of(new LabelProbability("refund", 0.9f)))
        .setVector(
            new FeatureVector(
                "set",
                List.of(1.5, Double.NaN),
                Arrays.asList("web", null),
                List.of(),
                List.of(new Membership("aaaaaaaaaaaaaaaa", true))))
        .setTextScores(List.of(-0.5f, Float.NaN))
        .build();
  }
}
