package dev.attune.system;

import dev.attune.local.infra.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a real Prometheus.
 *
 * @param url its page, with a slash at the end
 */
record PrometheusClient(String url) {
  /**
   * What an expression is now: of each series its labels as {@code metric}.
   *
   * @throws IllegalArgumentException when Prometheus doesn't take the expression
   */
  List<JsonNode> query(String expression) throws IOException {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    JsonNode answer = get("query?query=" + encoded);
    if (!answer.path("status").asString().equals("success")) {
      throw new IllegalArgumentException(expression + ": " + answer);
    }
    return answer.path("data").path("result").valueStream().toList();
  }

  /** The rules of all groups. */
  List<JsonNode> rules() throws IOException {
    return get("rules")
        .path("data")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .toList();
  }

  private JsonNode get(String path) throws IOException {
    URI address = URI.create(url + "api/v1/" + path);
    return JsonMapper.shared().readTree(BoundedHttp.get(address).body());
  }
}
