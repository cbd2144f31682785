package dev.attune.local.client;

import dev.attune.local.client.IngestAnswer.Rejection;
import dev.attune.local.infra.ServerException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends events to the gateway. Thread-safe. */
public final class GatewayClient implements AutoCloseable {
  // longer than a broker's restart, so that a replay survives one
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RetryingHttp wire = new RetryingHttp("gateway", PATIENCE);
  private final URI events;
  private final String key;

  public GatewayClient(String url, String key) {
    this.events = URI.create(url + "/v1/events");
    this.key = key;
  }

  /**
   * Sends events in their order and returns when the gateway has answered for all; repeats while it
   * is away or the broker is.
   *
   * @param lines events as JSON objects, at most 500
   */
  public IngestAnswer send(List<String> lines) {
    HttpRequest request =
        HttpRequest.newBuilder(events)
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"events\":[" + String.join(",", lines) + "]}"))
            .build();
    HttpResponse<byte[]> response = wire.send(request);
    JsonNode answer = JSON.readTree(response.body());
    if (!answer.has("accepted")) {
      throw new ServerException(
          "The gateway rejects the events: %d %s."
              .formatted(response.statusCode(), answer.path("code").asString("")));
    }
    return answer(answer);
  }

  private static IngestAnswer answer(JsonNode answer) {
    List<Rejection> rejected = new ArrayList<>();
    for (JsonNode one : answer.path("rejected")) {
      rejected.add(
          new Rejection(
              one.path("index").asInt(-1),
              one.path("code").asString(""),
              one.path("field").asString(""),
              one.path("detail").asString("")));
    }
    Map<String, String> tokens = new HashMap<>();
    answer
        .path("tokens")
        .properties()
        .forEach(token -> tokens.put(token.getKey(), token.getValue().asString()));
    return new IngestAnswer(answer.path("accepted").asInt(), rejected, tokens);
  }

  public long retries() {
    return wire.retries();
  }

  @Override
  public void close() {
    wire.close();
  }
}
