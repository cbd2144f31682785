package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AuditRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A key takes the place of another in all services, while both are used, without a restart. */
class KeyRotationIT {
  private static final String USER = "rotated";
  private static final String OLD = "rotated-old";
  private static final String NEW = "rotated-new";
  private static final Set<String> SERVICES =
      Set.of("ingest-gateway", "response-api", "inference-service", "feature-streams");
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final RunningStack stack = RunningStack.shared();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void leaveTheStackAsItWas() {
    stack.keys(List.of());
    http.close();
  }

  /** The services that recorded this of the two keys. */
  private Set<String> audited(String action) {
    Set<String> services = new HashSet<>();
    var registry =
        new SchemaRegistryClient(URI.create(stack.settings().registryUrl()), Duration.ofSeconds(5));
    var values = new AvroDeserializer<>(registry, AuditRecord.class);
    for (var record :
        RawTopic.records(stack.settings().bootstrapServers(), Topics.standard().audit())) {
      AuditRecord found = values.readable(record).orElseThrow();
      if (found.getAction().equals(action)
          && String.valueOf(found.getSubject()).startsWith("key:rotated-")) {
        services.add(found.getService());
      }
    }
    return services;
  }

  /** What each service answers to a key, by its name. */
  private Map<String, HttpResponse<String>> answers(String key) {
    StackSettings settings = stack.settings();
    String event =
        """
        {"eventId":"%s","type":"page_viewed","userId":"%s","page_viewed":{"page":"/"}}\
        """
            .formatted(UUID.randomUUID(), USER);
    String question = "{\"userId\":\"" + USER + "\",\"slot\":\"greeting\"}";
    Map<String, HttpResponse<String>> answers = new TreeMap<>();
    answers.put("gateway", send(key, settings.gatewayUrl() + "/v1/events", event));
    answers.put("responses", send(key, settings.responsesUrl() + "/v1/responses", question));
    answers.put("inference", send(key, settings.inferenceUrl() + "/v1/models", null));
    answers.put("streams", send(key, streams() + "/internal/users/" + USER + "?asOf=0", null));
    return answers;
  }

  private int status(String key, String service) {
    return Objects.requireNonNull(answers(key).get(service)).statusCode();
  }

  private String streams() {
    return "http://127.0.0.1:" + stack.settings().ports().streams();
  }

  private HttpResponse<String> send(String key, String url, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json");
    try {
      return http.send(
          (body == null ? request : request.POST(BodyPublishers.ofString(body))).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private boolean all(String key, int status) {
    return answers(key).values().stream().allMatch(answer -> answer.statusCode() == status);
  }

  /** Asks all services again and again, and counts what isn't answered 200. */
  private final class Load implements AutoCloseable {
    final Map<String, Integer> failures = new ConcurrentHashMap<>();
    final AtomicInteger rounds = new AtomicInteger();
    private final String key;
    private final Thread thread;
    private volatile boolean running = true;

    Load(String key) {
      this.key = key;
      this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
      while (running) {
        answers(key)
            .forEach(
                (service, answer) -> {
                  if (answer.statusCode() != 200) {
                    failures.merge(service + " " + answer.statusCode(), 1, Integer::sum);
                  }
                });
        rounds.incrementAndGet();
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }

    @Override
    public void close() throws InterruptedException {
      running = false;
      thread.join();
    }
  }

  @Test
  void aKeyIsReplacedWithoutAFailureOfTheNewOne() throws InterruptedException {
    stack.keys(List.of(GatewayServer.key(OLD, "secret", "")));
    Eventually.holds("the old key is taken", () -> all(OLD, 200));

    // both, so that those who have the old one can change over
    stack.keys(List.of(GatewayServer.key(OLD, "secret", ""), GatewayServer.key(NEW, "secret", "")));
    Eventually.holds("the new key is taken", () -> all(NEW, 200));
    try (Load newcomers = new Load(NEW)) {
      try (Load stragglers = new Load(OLD)) {
        Eventually.holds(
            "both are used", () -> newcomers.rounds.get() > 5 && stragglers.rounds.get() > 5);
        assertThat(stragglers.failures).isEmpty();
      }
      Instant end = Instant.now().minusSeconds(1);
      stack.keys(
          List.of(
              GatewayServer.key(OLD, "secret", "expires=" + end),
              GatewayServer.key(NEW, "secret", "")));
      Eventually.holds("the old key is over", () -> all(OLD, 401));
      int then = newcomers.rounds.get();
      Eventually.holds("the new one is used on", () -> newcomers.rounds.get() > then + 5);
      assertThat(answers(OLD))
          .allSatisfy(
              (service, answer) ->
                  assertThat(answer.body())
                      .as(service)
                      .satisfiesAnyOf(
                          body ->
                              assertThat(body).containsIgnoringCase("this key expired at " + end),
                          // streams' answers are for services, not for people
                          body -> assertThat(body).isEmpty()));

      assertThat(newcomers.failures).isEmpty();
    }
    Eventually.holds(
        "each service has recorded it",
        () -> audited("key_added").equals(SERVICES) && audited("key_changed").equals(SERVICES));
  }

  @Test
  void aKeyOpensOnlyTheServiceThatItsScopeNames() {
    Map<String, String> services =
        Map.of(
            "ingest", "gateway", "replies", "responses", "models", "inference", "read", "streams");
    stack.keys(
        services.keySet().stream()
            .map(scope -> GatewayServer.key("scoped-" + scope, "secret", "scopes=" + scope))
            .toList());
    Eventually.holds("the user is known", () -> status("scoped-ingest", "gateway") == 200);
    services.forEach(
        (scope, service) ->
            Eventually.holds(
                service + " takes the key of scope " + scope,
                () -> status("scoped-" + scope, service) == 200));
    Eventually.holds(
        "every service knows every key",
        () ->
            services.keySet().stream()
                .flatMap(scope -> answers("scoped-" + scope).values().stream())
                .noneMatch(answer -> answer.statusCode() == 401));

    services.forEach(
        (scope, service) ->
            assertThat(answers("scoped-" + scope))
                .allSatisfy(
                    (name, answer) ->
                        assertThat(answer.statusCode())
                            .as("%s with the scope %s", name, scope)
                            .isEqualTo(name.equals(service) ? 200 : 403)));
  }
}
