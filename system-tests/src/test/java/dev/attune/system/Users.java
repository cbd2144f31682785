package dev.attune.system;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the pipeline knows of a user, by the public API. */
final class Users {
  /** A client asks again where it is told that it may; so often, a second apart. */
  private static final int ATTEMPTS = 30;

  private static final int UNAVAILABLE = 503;

  private Users() {}

  /** A numeric feature as of the newest event; NaN where nothing is known of the user. */
  static double feature(StackSettings settings, String user, String name) {
    return feature(settings, user, "", name);
  }

  /** The same as of this moment. */
  static double featureNow(StackSettings settings, String user, String name) {
    return feature(settings, user, "?asOf=now", name);
  }

  private static double feature(StackSettings settings, String user, String query, String name) {
    return ask(settings, user, query).path("features").path(name).asDouble(Double.NaN);
  }

  /** All that response-api tells of the user. */
  static JsonNode known(StackSettings settings, String user) {
    return ask(settings, user, "");
  }

  /** What a restore brings back of a user: all but the place of the newest event. */
  static JsonNode restorable(String responsesUrl, String user) {
    JsonNode known = ask(responsesUrl, user, "");
    var restorable = JsonMapper.shared().createObjectNode();
    restorable.set("probabilities", known.path("prediction").path("probabilities"));
    restorable.set("model", known.path("prediction").path("model"));
    restorable.set("features", known.path("features"));
    restorable.set("segments", known.path("segments"));
    return restorable;
  }

  /** Whether a reply can know the user. */
  static boolean isPredicted(StackSettings settings, String user) {
    return isPredicted(settings.responsesUrl(), user);
  }

  static boolean isPredicted(String responsesUrl, String user) {
    return ask(responsesUrl, user, "").path("prediction").isObject();
  }

  /** What the topics hold of a user. */
  static JsonNode history(StackSettings settings, String user) {
    return history(settings.responsesUrl(), user);
  }

  static JsonNode history(String responsesUrl, String user) {
    return ask(responsesUrl, user, "?history=true").path("history");
  }

  private static JsonNode ask(StackSettings settings, String user, String query) {
    return ask(settings.responsesUrl(), user, query);
  }

  private static JsonNode ask(String responsesUrl, String user, String query) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(responsesUrl + path(user) + query))
            .header("Authorization", "Bearer " + LocalKeys.SECRET);
    return JsonMapper.shared().readTree(answer(request));
  }

  /** Where a user is looked up, below response-api's URL. */
  static String path(String user) {
    return "/v1/users/" + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String answer(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = BoundedHttp.send(request);
      for (int i = 1; response.statusCode() == UNAVAILABLE && i < ATTEMPTS; i++) {
        TimeUnit.SECONDS.sleep(1);
        response = BoundedHttp.send(request);
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
