package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A past of a played chart in which each topic that a job reads or a backup keeps has something.
 */
final class KeptPast {
  static final String RETURNING = "returning";
  private static final String ERASED = "erased";

  private KeptPast() {}

  /**
   * Values by which the retraining's job does what is recorded and refused: training takes longer
   * than all else here.
   */
  static Map<String, Object> refusedCanary(Path models) throws ModelException {
    return refusedCanary(
        new ModelRegistry(models.resolve("support")).live().orElseThrow().version());
  }

  /** The same of the version that is live. */
  static Map<String, Object> refusedCanary(String live) {
    List<String> canary = List.of("models", "canary", live, "--share", "10%");
    var values = new HashMap<String, Object>();
    for (int i = 0; i < canary.size(); i++) {
      values.put("jobs.schedules.retrain.arguments[" + i + "]", canary.get(i));
    }
    return values;
  }

  /** By who uses the chart. */
  static void happens(PlayedChart played) throws IOException, InterruptedException {
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.SECRET);
        var responses = new ResponsesClient(played.responsesUrl(), LocalKeys.SECRET)) {
      Instant first = Instant.now().minus(Duration.ofHours(3));
      for (int i = 0; i < 3; i++) {
        assertThat(gateway.send(visit(first.plus(Duration.ofHours(i)))).rejected()).isEmpty();
      }
      assertThat(gateway.send(List.of(Events.clicked(ERASED, "menu"))).rejected()).isEmpty();
      var question = new Question(RETURNING, RETURNING, "greeting", "en-US", null, 0);
      assertThat(responses.ask(question).decisionId()).isNotEmpty();
      assertThat(responses.erase(ERASED).path("receiptId").asString()).isNotEmpty();
    }
    post(played, "/v1/labels", "{\"eventId\":\"some\",\"label\":\"refund\"}");
    post(
        played,
        "/v1/experiments/personalized-greeting/state",
        "{\"action\":\"stop\",\"reason\":\"a test\"}");
    Eventually.holds(
        "a session has ended",
        () -> !Users.history(played.responsesUrl(), RETURNING).path("sessions").isEmpty());
    assertThatThrownBy(() -> played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-retrain"))
        .hasMessageContaining("is live already");
  }

  /** Each conversation ends the one before. */
  private static List<String> visit(Instant at) {
    return List.of(Events.past("web", RETURNING, "clicked", at, "{\"element\":\"menu\"}"));
  }

  private static void post(PlayedChart played, String path, String body) {
    Eventually.holds(
        path + " is taken",
        () ->
            BoundedHttp.send(
                        HttpRequest.newBuilder(URI.create(played.responsesUrl() + path))
                            .header("Authorization", "Bearer " + LocalKeys.SECRET)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body)))
                    .statusCode()
                == 200);
  }
}
