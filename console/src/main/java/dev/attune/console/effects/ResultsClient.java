package dev.attune.console.effects;

import dev.attune.console.forward.ServiceSettings;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks response-api how experiments go. */
@Component
class ResultsClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ServiceSettings settings;
  private final HttpClient http;

  ResultsClient(ServiceSettings settings) {
    this.settings = settings;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            .build();
  }

  /**
   * Names of the experiments that measure something.
   *
   * @throws IOException when response-api is away or says something else
   */
  List<String> measured() throws IOException, InterruptedException {
    return ask("/v1/experiments")
        .path("experiments")
        .valueStream()
        .filter(entry -> entry.hasNonNull("status"))
        .map(entry -> entry.path("name").asString())
        .toList();
  }

  /**
   * What an experiment's goal says; empty while it says nothing yet.
   *
   * @param now epoch seconds
   * @throws IOException when response-api is away or says something else
   */
  Optional<EffectPoint> goal(String experiment, long now) throws IOException, InterruptedException {
    // that is for forms, where a blank is a plus
    String name = URLEncoder.encode(experiment, StandardCharsets.UTF_8).replace("+", "%20");
    JsonNode goal = ask("/v1/experiments/" + name + "/results").path("metrics").path(0);
    List<ArmEffect> arms =
        goal.path("comparisons").valueStream().map(ResultsClient::effect).toList();
    return arms.isEmpty()
        ? Optional.empty()
        : Optional.of(new EffectPoint(now, goal.path("metric").asString(), arms));
  }

  private static ArmEffect effect(JsonNode comparison) {
    return new ArmEffect(
        comparison.path("variant").asString(),
        comparison.path("difference").asDouble(),
        comparison.path("interval").path("low").asDouble(),
        comparison.path("interval").path("high").asDouble());
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(settings.responses().resolve(path))
            .header("Authorization", "Bearer " + settings.secret())
            .timeout(PATIENCE)
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + " is answered by " + answer.statusCode());
    }
    try {
      return JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException(path + " is answered by what is no JSON", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
