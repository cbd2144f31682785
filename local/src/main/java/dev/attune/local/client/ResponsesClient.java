package dev.attune.local.client;

import dev.attune.local.infra.ServerException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks response-api for replies and predictions. Thread-safe. */
public final class ResponsesClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RetryingHttp wire = new RetryingHttp("response-api", PATIENCE);
  private final String url;
  private final String secret;

  public ResponsesClient(String url, String secret) {
    this.url = url;
    this.secret = secret;
  }

  /**
   * What is asked.
   *
   * @param after the event that the reply should know
   * @param waitMs how long the service may wait for that, 0 to 1000
   */
  public record Question(
      String userId,
      String sessionId,
      String slot,
      String locale,
      @Nullable String after,
      int waitMs) {}

  public BotReply ask(Question question) {
    ObjectNode body = JSON.createObjectNode();
    body.put("userId", question.userId());
    body.put("sessionId", question.sessionId());
    body.put("slot", question.slot());
    body.put("locale", question.locale());
    if (question.after() != null) {
      body.put("after", question.after()).put("waitMs", question.waitMs());
    }
    HttpRequest request =
        request("/v1/responses")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    return reply(read(wire.send(request), 200));
  }

  private static BotReply reply(JsonNode node) {
    List<String> values = new ArrayList<>();
    node.path("quickReplies").forEach(quick -> values.add(quick.path("value").asString("")));
    JsonNode intent = node.path("intent");
    return new BotReply(
        node.path("decisionId").asString(""),
        node.path("text").asString(""),
        values,
        node.path("personalized").asBoolean(false),
        node.path("reason").asString(""),
        node.path("experiment").asString(null),
        node.path("variant").asString(null),
        new BotReply.Prediction(
            intent.path("label").asString(null),
            intent.path("probability").asDouble(0),
            node.path("freshness").path("caughtUp").asBoolean(false)));
  }

  /**
   * The user's prediction, at best one that includes the event of the token.
   *
   * @return empty when there is none
   */
  public Optional<UserPrediction> prediction(String userId, String after, int waitMs) {
    String path =
        "/v1/users/%s?after=%s&waitMs=%s".formatted(encoded(userId), encoded(after), waitMs);
    HttpResponse<byte[]> response = wire.send(request(path).GET().build());
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    JsonNode prediction = read(response, 200).path("prediction");
    return prediction.isObject() ? Optional.of(prediction(prediction)) : Optional.empty();
  }

  private static UserPrediction prediction(JsonNode node) {
    List<String> ranked =
        node.path("probabilities").properties().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, JsonNode> p) -> -p.getValue().asDouble(0)))
            .map(Map.Entry::getKey)
            .toList();
    return new UserPrediction(
        ranked.isEmpty() ? List.of(node.path("label").asString("")) : ranked,
        node.path("model").path("version").asString(node.path("model").asString("")),
        node.path("eventToken").asString(""));
  }

  /** Erases a user; returns the receipt as response-api tells it. */
  public JsonNode erase(String userId) {
    return read(wire.send(request("/v1/users/" + encoded(userId)).DELETE().build()), 202);
  }

  /** An erasure's receipt as of now. */
  public JsonNode receipt(String receiptId) {
    return read(wire.send(request("/v1/erasures/" + encoded(receiptId)).GET().build()), 200);
  }

  /** What a reply was made of; empty when there is no such decision. */
  public Optional<JsonNode> decision(String id) {
    var response = wire.send(request("/v1/decisions/" + encoded(id)).GET().build());
    return response.statusCode() == 404 ? Optional.empty() : Optional.of(read(response, 200));
  }

  /**
   * How conversations go.
   *
   * @param by one of {@code KpiReport.DIMENSIONS}
   * @param from first day; null: a week before the last
   * @param to last day; null: today
   */
  public JsonNode kpis(String by, @Nullable LocalDate from, @Nullable LocalDate to) {
    String path =
        "/v1/kpis?by="
            + encoded(by)
            + (from == null ? "" : "&from=" + from)
            + (to == null ? "" : "&to=" + to);
    return read(wire.send(request(path).GET().build()), 200);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(10))
        .header("Authorization", "Bearer " + secret);
  }

  private static JsonNode read(HttpResponse<byte[]> response, int expected) {
    if (response.statusCode() != expected) {
      throw new ServerException(
          "response-api answers %d to %s. %s"
              .formatted(
                  response.statusCode(), response.request().uri().getPath(), detail(response)));
    }
    return JSON.readTree(response.body());
  }

  /** What a problem document says; nothing where it is none. */
  private static String detail(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body()).path("detail").asString("");
    } catch (JacksonException e) {
      return "";
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    wire.close();
  }
}
