package dev.attune.cli;

import dev.attune.local.client.ResponsesClient;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackPorts;
import java.net.URI;

/** Where the running services are, by the environment; by default the local stack's. */
final class StackServices {
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

  private static StackPorts ports() {
    return StackPorts.fromEnvironment(System.getenv());
  }

  private static String local(int port) {
    return "http://127.0.0.1:" + port;
  }
}
