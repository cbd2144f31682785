package dev.attune.system;

import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** What the pipeline knows of a user, by the public API. */
final class Users {

  private Users() {}

  /** A numeric feature; NaN where nothing is known of the user. */
  static double feature(StackSettings settings, String user, String name) {
    String path = "/v1/users/" + URLEncoder.encode(user, StandardCharsets.UTF_8);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(settings.responsesUrl() + path))
                  .header("Authorization", "Bearer " + LocalKeys.SECRET)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return JsonMapper.shared()
          .readTree(response.body())
          .path("features")
          .path(name)
          .asDouble(Double.NaN);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
