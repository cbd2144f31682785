package dev.attune.responses;

import dev.attune.core.access.UserSignature;
import dev.attune.local.infra.Infra;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as it runs, on a free port, and requests to it. */
final class Service implements AutoCloseable {
  static final String IDENTITY_SECRET = "local-identity-secret";

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> SECRET = Map.of("Authorization", "Bearer local-secret");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ConfigurableApplicationContext context;
  private final String url;
  private final String management;

  private Service(ConfigurableApplicationContext context) {
    this.context = context;
    this.url = local("local.server.port");
    this.management = local("local.management.port");
  }

  private String local(String port) {
    return "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty(port);
  }

  static Service start(Infra infra, String topicPrefix, String... more) {
    return start(
        infra.redisUri(),
        infra.bootstrapServers(),
        infra.registryUrl().toString(),
        topicPrefix,
        more);
  }

  static Service start(
      String redis, String kafka, String registry, String topicPrefix, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--springdoc.api-docs.enabled=false",
                "--springdoc.paths-to-exclude=/openapi.json",
                "--attune.responses.playbook=../playbooks/support",
                // nobody is there
                "--attune.state.url=http://127.0.0.1:9",
                "--attune.decisions.spool=" + spool(),
                "--attune.kafka.topics.prefix=" + topicPrefix,
                "--attune.redis.uri=" + redis,
                "--attune.kafka.bootstrap-servers=" + kafka,
                "--attune.kafka.registry.url=" + registry));
    for (String own : more) {
      arguments.removeIf(argument -> name(argument).equals(name(own)));
      arguments.add(own);
    }
    return new Service(
        new SpringApplicationBuilder(ResponsesApplication.class)
            .profiles("local")
            .run(arguments.toArray(String[]::new)));
  }

  /** One of its own: what another test's Kafka did not take is not for this one's. */
  private static Path spool() {
    try {
      return Files.createTempDirectory("spool");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(String argument) {
    return argument.substring(0, argument.indexOf('='));
  }

  URI uri() {
    return URI.create(url);
  }

  /** Waits until decisions can be logged, and shown, for which it must know who was erased. */
  Service ready() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> manage("/actuator/health/readiness").statusCode() == 200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> get("/v1/erasures").statusCode() != 503);
    return this;
  }

  JsonNode reply(String user, String slot) {
    return reply(user, slot, "\"locale\":\"en-US\"");
  }

  JsonNode reply(String user, String slot, String more) {
    HttpResponse<String> response = post(body(user, slot, more), SECRET);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return json(response);
  }

  HttpResponse<String> post(String body, Map<String, String> headers) {
    return send(
        request("/v1/responses", headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> user(String user) {
    return get("/v1/users/" + user);
  }

  HttpResponse<String> get(String path) {
    return send(request(path, SECRET));
  }

  /** From the port of management. */
  HttpResponse<String> manage(String path) {
    return send(HttpRequest.newBuilder(URI.create(management + path)));
  }

  int status(String path, Map<String, String> headers) {
    return send(request(path, headers)).statusCode();
  }

  int delete(String path, Map<String, String> headers) {
    return send(request(path, headers).DELETE()).statusCode();
  }

  /** What a request was answered; the body only of a refusal, since others may never end. */
  record Answer(int status, String body) {}

  Answer ask(String method, String path, @Nullable String body, Map<String, String> headers) {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    return ask(method, path, publisher, headers);
  }

  Answer ask(
      String method, String path, HttpRequest.BodyPublisher body, Map<String, String> headers) {
    var request = request(path, headers).method(method, body).build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        boolean refused = response.statusCode() >= 400;
        return new Answer(
            response.statusCode(),
            refused ? new String(in.readAllBytes(), StandardCharsets.UTF_8) : "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Map<String, String> secretHeaders() {
    return SECRET;
  }

  int browser(String path, @Nullable String signature) {
    return status(path, browserHeaders(signature));
  }

  int browserReply(String user, String signature) {
    return browserReply(user, "greeting", signature).statusCode();
  }

  HttpResponse<String> browserReply(String user, String slot, String signature) {
    return post(body(user, slot, "\"locale\":\"en\""), browserHeaders(signature));
  }

  HttpResponse<String> browserGet(String path, String signature) {
    return send(request(path, browserHeaders(signature)));
  }

  /** A user of this arm whom no other test has. */
  String userIn(String variant) {
    for (int i = 0; i < 100; i++) {
      String user = variant + "-" + UUID.randomUUID();
      if (reply(user, "greeting").path("variant").asString().equals(variant)) {
        return user;
      }
    }
    throw new AssertionError("nobody is in " + variant);
  }

  /** Whom experiments speak to: two users of a hundred are held out of all. */
  String userOutsideTheHoldout() {
    for (int i = 0; i < 10; i++) {
      String user = "someone-" + UUID.randomUUID();
      if (!reply(user, "greeting").path("variant").asString("").equals("holdout")) {
        return user;
      }
    }
    throw new AssertionError("everybody is held out");
  }

  Stream follow(String user, @Nullable String lastEventId) {
    Map<String, String> headers = new HashMap<>(SECRET);
    if (lastEventId != null) {
      headers.put("Last-Event-ID", lastEventId);
    }
    return followAs(user, headers);
  }

  Stream followAs(String user, Map<String, String> headers) {
    var request = request("/v1/users/" + user + "/events", headers);
    try {
      return new Stream(http.send(request.build(), BodyHandlers.ofInputStream()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  static Map<String, String> browserHeaders(@Nullable String signature) {
    return signature == null
        ? Map.of("Authorization", "Bearer local-write")
        : Map.of("Authorization", "Bearer local-write", UserSignature.HEADER, signature);
  }

  private static String body(String user, String slot, String more) {
    return """
        {"userId":"%s","sessionId":"s-1","slot":"%s","variables":{"name":"Ada"},%s}
        """
        .formatted(user, slot, more);
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20));
    headers.forEach(request::header);
    return request;
  }

  /**
   * Once more, and only once, when the JDK's pool took the answer for data that nobody asked for,
   * as it may when a connection's next answer comes at once (JDK-8357639).
   */
  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      try {
        return http.send(request.build(), BodyHandlers.ofString());
      } catch (IOException e) {
        if (!wasDroppedByThePool(e)) {
          throw e;
        }
        return http.send(request.build(), BodyHandlers.ofString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean wasDroppedByThePool(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if ("Data received while in pool".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** Leaves the client as it is. */
  void stop() {
    context.close();
  }

  @Override
  public void close() {
    stop();
    http.close();
  }

  /** What a stream of events has sent so far. */
  static final class Stream implements AutoCloseable {
    private final InputStream in;
    private final StringBuffer text = new StringBuffer();

    private Stream(InputStream in) {
      this.in = in;
      Thread.ofVirtual().start(this::read);
    }

    String text() {
      return text.toString();
    }

    private void read() {
      byte[] buffer = new byte[8192];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          text.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
        text.append("[ended]");
      } catch (IOException closed) {
        text.append("[closed]");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
