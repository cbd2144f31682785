package dev.attune.console.overview;

import dev.attune.console.forward.Service;
import dev.attune.console.forward.ServiceConnections;
import dev.attune.console.forward.ServiceSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at all instances of all services at once, on their management ports. */
@Component
class ServiceClient {
  /** Longer than a busy service takes; a page waits for all of them. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Of one instance, so that one that hangs is told beside those that answer. */
  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(1_700);

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ServiceSettings settings;
  private final AddressLookup lookup;
  private final InstantSource clock;
  private final HttpClient http;

  private record Answer(int status, String body) {}

  ServiceClient(
      ServiceSettings settings,
      AddressLookup lookup,
      ServiceConnections connections,
      InstantSource clock) {
    this.settings = settings;
    this.lookup = lookup;
    this.clock = clock;
    this.http = connections.http();
  }

  /** Takes 2 s at most; who doesn't answer is away. */
  Look look() {
    Map<Service, List<InstanceLook>> seen = new EnumMap<>(Service.class);
    Flux.fromArray(Service.values())
        .flatMap(service -> look(service).map(instances -> Map.entry(service, instances)))
        .toIterable()
        .forEach(entry -> seen.put(entry.getKey(), entry.getValue()));
    return new Look(clock.millis(), seen);
  }

  private Mono<List<InstanceLook>> look(Service service) {
    URI url = settings.management().url(service);
    return Mono.fromCallable(() -> lookup.addresses(url.getHost()))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMapIterable(addresses -> addresses)
        .flatMap(address -> look(url, address))
        .timeout(PATIENCE, Flux.empty())
        .onErrorResume(Exception.class, _ -> Flux.empty())
        .collectSortedList(Comparator.comparing(InstanceLook::address));
  }

  /**
   * The request names the service as its URL does, whichever instance it goes to. What is no answer
   * of a service, such as another protocol, is none at all.
   */
  private Mono<InstanceLook> look(URI url, InetAddress address) {
    boolean secure = "https".equals(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : secure ? HTTPS : HTTP;
    var socket = new InetSocketAddress(named(url.getHost(), address), port);
    HttpClient plain = http.remoteAddress(() -> socket);
    HttpClient instance = secure ? plain.secure() : plain;
    String name = address.getHostAddress();
    return Mono.zip(
            ask(instance, "/actuator/prometheus"),
            ask(instance, "/actuator/health"),
            ask(instance, "/actuator/health/readiness"),
            ask(instance, "/actuator/info"))
        .map(
            said ->
                new InstanceLook(
                    name,
                    true,
                    said.getT3().status() == 200,
                    version(json(said.getT4())),
                    troubles(json(said.getT2())),
                    Metrics.parse(said.getT1().body(), Figures.ALL)))
        .timeout(ANSWER_PATIENCE)
        .onErrorResume(Exception.class, _ -> Mono.just(InstanceLook.away(name)));
  }

  private static InetAddress named(String host, InetAddress address) {
    try {
      return InetAddress.getByAddress(host, address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Mono<Answer> ask(HttpClient instance, String path) {
    return instance
        .get()
        .uri(path)
        .responseSingle(
            (response, body) ->
                body.asString(StandardCharsets.UTF_8)
                    .defaultIfEmpty("")
                    .map(text -> new Answer(response.status().code(), text)));
  }

  private static JsonNode json(Answer answer) {
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
}
