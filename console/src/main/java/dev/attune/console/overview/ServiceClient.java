package dev.attune.console.overview;

import dev.attune.console.forward.Service;
import dev.attune.console.forward.ServiceSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at all services at once, on their management ports. */
@Component
class ServiceClient implements AutoCloseable {
  /** Longer than a busy service takes; a page waits for all of them. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ServiceSettings settings;
  private final InstantSource clock;
  private final HttpClient http;

  ServiceClient(ServiceSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            .build();
  }

  /** Takes 2 s at most; who doesn't answer is away. */
  Look look() {
    Map<Service, CompletableFuture<ServiceLook>> asked = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      asked.put(service, look(service));
    }
    Map<Service, ServiceLook> seen = new EnumMap<>(Service.class);
    asked.forEach((service, look) -> seen.put(service, look.join()));
    return new Look(clock.millis(), seen);
  }

  private CompletableFuture<ServiceLook> look(Service service) {
    var metrics = ask(service, "/actuator/prometheus");
    var health = ask(service, "/actuator/health");
    var readiness = ask(service, "/actuator/health/readiness");
    var info = ask(service, "/actuator/info");
    return CompletableFuture.allOf(metrics, health, readiness, info)
        .thenApply(
            _ ->
                new ServiceLook(
                    true,
                    readiness.join().statusCode() == 200,
                    version(json(info.join())),
                    troubles(json(health.join())),
                    Metrics.parse(metrics.join().body(), Figures.ALL)))
        .exceptionally(ServiceClient::away);
  }

  private CompletableFuture<HttpResponse<String>> ask(Service service, String path) {
    var request =
        HttpRequest.newBuilder(settings.management().url(service).resolve(path))
            .timeout(PATIENCE)
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  private static ServiceLook away(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof IOException) {
      return ServiceLook.AWAY;
    }
    throw new CompletionException(cause);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JacksonException e) {
      return JSON.nullNode();
    }
  }

  private static String version(JsonNode info) {
    String version = info.at("/build/version").asString("");
    String commit = info.at("/git/commit/id").asString("");
    return String.join(" ", Arrays.asList(version, commit)).strip();
  }

  /** What is out of service, and what a playbook's folder holds that is not in force. */
  static List<String> troubles(JsonNode health) {
    List<String> troubles = new ArrayList<>();
    health
        .path("components")
        .propertyStream()
        .forEach(
            component -> {
              JsonNode details = component.getValue().path("details");
              String status = component.getValue().path("status").asString("UP");
              if (!status.equals("UP")) {
                troubles.add(details.path("reason").asString(component.getKey() + " is " + status));
              }
              for (String list : List.of("refused", "warnings")) {
                details
                    .path(list)
                    .valueStream()
                    .map(ServiceClient::sentence)
                    .forEach(troubles::add);
              }
            });
    return troubles;
  }

  /** A line as it is; of a model that was refused, which one and why. */
  private static String sentence(JsonNode trouble) {
    return trouble.isObject()
        ? "Model %s was refused: %s"
            .formatted(trouble.path("version").asString(""), trouble.path("reason").asString(""))
        : trouble.asString("");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
