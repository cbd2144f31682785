package dev.attune.console.effects;

import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;

import dev.attune.console.forward.ServiceAnswers;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Asks response-api how experiments go, and inference-service which version is the canary. */
@Component
class ResultsClient {
  private final ServiceAnswers services;

  ResultsClient(ServiceAnswers services) {
    this.services = services;
  }

  /**
   * Names of the experiments that measure something.
   *
   * @throws IOException when response-api is away or says something else
   */
  List<String> measured() throws IOException, InterruptedException {
    return services
        .get(RESPONSES, "/v1/experiments")
        .path("experiments")
        .valueStream()
        .filter(entry -> entry.hasNonNull("status"))
        .map(entry -> entry.path("name").asString())
        .toList();
  }

  /**
   * The name of the canary's comparison with the live model; empty: no version is the canary.
   *
   * @throws IOException when inference-service is away or says something else
   */
  Optional<String> canary() throws IOException, InterruptedException {
    return services
        .get(INFERENCE, "/v1/models")
        .path("slots")
        .valueStream()
        .filter(slot -> slot.path("slot").asString().equals("CANARY"))
        .map(slot -> "canary:" + slot.path("version").asString())
        .findFirst();
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
    JsonNode results = services.get(RESPONSES, "/v1/experiments/" + name + "/results");
    JsonNode goal = results.path("metrics").path(0);
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
}
