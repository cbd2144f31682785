package dev.attune.kafka.registry;

import dev.attune.core.concurrent.Futures;
import dev.attune.kafka.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One exchange with the registry, tried again with doubling, jittered pauses while it is away (IO
 * errors, 429, 5xx) and time is left. Other 4xx are final. Every request is safe to repeat:
 * registering an equal schema twice gives the same id.
 */
final class RegistryHttp {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http;
  private final RegistrySettings settings;
  private final String base;

  RegistryHttp(RegistrySettings settings) {
    this.settings = settings;
    this.base = settings.url().replaceFirst("/$", "");
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout());
    if (settings.tls().isGiven()) {
      client.sslContext(settings.tls().context());
    }
    this.http = client.build();
  }

  String base() {
    return base;
  }

  JsonNode exchange(String method, String path, @Nullable JsonNode body) {
    long deadline = System.nanoTime() + settings.timeout().toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      RegistryException.Unavailable failure;
      try {
        return attempt(method, path, body, deadline);
      } catch (RegistryException.Unavailable e) {
        failure = e;
      }
      Duration jittered = jitter(pause);
      if (deadline - System.nanoTime() <= jittered.toNanos()) {
        throw failure;
      }
      pause(jittered);
      pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  /** A single attempt gets at most half of the time, so that a silent peer leaves one more try. */
  private JsonNode attempt(String method, String path, @Nullable JsonNode body, long deadline) {
    Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Accept", MEDIA_TYPE)
            .method(method, publisher(body));
    if (body != null) {
      request.header("Content-Type", MEDIA_TYPE);
    }
    settings.authorization().ifPresent(header -> request.header("Authorization", header));
    return read(path, send(request.build(), min(left, settings.timeout().dividedBy(2))));
  }

  private HttpResponse<String> send(HttpRequest request, Duration limit) {
    try {
      return Futures.within(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)),
          limit);
    } catch (IOException e) {
      throw new RegistryException.Unavailable("schema registry " + base + " is away", e.getCause());
    } catch (TimeoutException e) {
      throw new RegistryException.Unavailable(
          "schema registry " + base + " is away: no whole answer in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException.Unavailable("interrupted while asking the schema registry", e);
    }
  }

  private JsonNode read(String path, HttpResponse<String> response) {
    int status = response.statusCode();
    if (status >= 500 || status == 429 || status == 408) {
      throw new RegistryException.Unavailable(
          "schema registry %s answers %d".formatted(base, status), null);
    }
    JsonNode answer = parse(status, response.body());
    if (status >= 300) {
      throw new RegistryException.Refused(
          status,
          answer.path("error_code").asInt(0),
          "schema registry refused %s (%d): %s"
              .formatted(path, status, answer.path("message").asString("no reason given")));
    }
    return answer;
  }

  private JsonNode parse(int status, String body) {
    try {
      return JSON.readTree(body.isEmpty() ? "{}" : body);
    } catch (JacksonException e) {
      throw new RegistryException.Refused(
          status, "%s answers %d without JSON; is it a registry?".formatted(base, status));
    }
  }

  private static HttpRequest.BodyPublisher publisher(@Nullable JsonNode body) {
    return body == null
        ? HttpRequest.BodyPublishers.noBody()
        : HttpRequest.BodyPublishers.ofString(body.toString());
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException.Unavailable("interrupted while asking the schema registry", e);
    }
  }

  private static Duration jitter(Duration pause) {
    long half = pause.toNanos() / 2;
    return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
