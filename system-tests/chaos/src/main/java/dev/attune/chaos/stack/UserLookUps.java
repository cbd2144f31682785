package dev.attune.chaos.stack;

import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks users up as a chatbot's server does. */
final class UserLookUps {
  private UserLookUps() {}

  /** One feature of each user; who is not known is left out. */
  static Map<String, Double> numbers(String url, Collection<String> users, String feature)
      throws InterruptedException {
    Map<String, Double> numbers = new HashMap<>();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String user : users) {
        JsonNode number = features(http, url, user).path(feature);
        if (number.isNumber()) {
          numbers.put(user, number.asDouble());
        }
      }
    } catch (IOException e) {
      throw new ServerException("response-api does not answer: " + e + ".", e);
    }
    return numbers;
  }

  private static JsonNode features(HttpClient http, String url, String user)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + "/v1/users/" + user))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + LocalKeys.SECRET)
                .build(),
            BodyHandlers.ofString());
    return JsonMapper.shared().readTree(answer.body()).path("features");
  }
}
