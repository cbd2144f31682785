package dev.attune.cli;

import dev.attune.local.client.ResponsesClient;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackPorts;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the running services are, by the environment; by default the local stack's. */
final class StackServices {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private StackServices() {}

  static URI responses() {
    return URI.create(Variables.get("ATTUNE_RESPONSES_URL", local(ports().responses())));
  }

  static URI inference() {
    return URI.create(Variables.get("ATTUNE_INFERENCE_URL", local(ports().inference())));
  }

  /** Asks response-api. */
  static ResponsesClient client() {
    return new ResponsesClient(responses().toString(), secret());
  }

  /** The secret key that they ask for. */
  static String secret() {
    return Variables.get("ATTUNE_SECRET_KEY", LocalKeys.SECRET);
  }

  /**
   * What a job can't go on without.
   *
   * @param what it is, for the refusal: "the list of erased users is"
   * @throws IOException when nobody answers
   * @throws UserFault when it is refused
   */
  static JsonNode needed(URI url, String key, String what) throws IOException {
    HttpResponse<String> response =
        BoundedHttp.send(
            HttpRequest.newBuilder(url).timeout(PATIENCE).header("Authorization", "Bearer " + key));
    if (response.statusCode() != 200) {
      throw new UserFault(
          "%s answers %d: %s needed first.".formatted(url, response.statusCode(), what));
    }
    return JsonMapper.shared().readTree(response.body());
  }

  private static StackPorts ports() {
    return StackPorts.fromEnvironment(System.getenv());
  }

  private static String local(int port) {
    return "http://127.0.0.1:" + port;
  }
}
