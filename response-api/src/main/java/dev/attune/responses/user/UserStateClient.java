package dev.attune.responses.user;

import dev.attune.core.concurrent.Futures;
import dev.attune.http.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** A user's features as of now, from the instance of feature-streams that has the user. */
@Component
class UserStateClient implements DisposableBean {
  private static final int MOST_HOPS = 3;

  private final HttpClient http;
  private final StateSettings settings;
  private final JsonMapper json;
  private final Clock clock;

  UserStateClient(StateSettings settings, JsonMapper json, Clock clock) {
    this.settings = settings;
    this.json = json;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.budget())
            .build();
  }

  record AsOfNow(Map<String, @Nullable Object> features, List<String> segments) {
    AsOfNow {
      features = new LinkedHashMap<>(features);
    }
  }

  /** Empty when nothing is held of the user. */
  Optional<AsOfNow> now(String userId) {
    String user = URLEncoder.encode(userId, StandardCharsets.UTF_8).replace("+", "%20");
    URI place = settings.url().resolve("/internal/users/" + user + "?asOf=" + clock.millis());
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      HttpResponse<String> response = ask(place);
      switch (response.statusCode()) {
        case 200 -> {
          return Optional.of(json.readValue(response.body(), AsOfNow.class));
        }
        case 404 -> {
          return Optional.empty();
        }
        // not followed by the client: the key would stay behind
        case 307 -> place = URI.create(response.headers().firstValue("Location").orElseThrow());
        default -> throw away();
      }
    }
    throw away();
  }

  private HttpResponse<String> ask(URI place) {
    HttpRequest request =
        HttpRequest.newBuilder(place)
            .header("Authorization", "Bearer " + settings.secret())
            .build();
    try {
      return Futures.within(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString()), settings.budget());
    } catch (IOException | TimeoutException e) {
      throw away();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away();
    }
  }

  private static Problem away() {
    return Problem.unavailable("Features as of now are not available at the moment.");
  }

  @Override
  public void destroy() {
    http.shutdownNow();
  }
}
