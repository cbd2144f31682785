package dev.attune.cli;

import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import java.net.URI;

/** Where the running services are, by the environment; by default the local stack's. */
final class StackServices {
  private StackServices() {}

  static URI responses() {
    return URI.create(Variables.get("ATTUNE_RESPONSES_URL", stack().responsesUrl()));
  }

  static URI inference() {
    return URI.create(Variables.get("ATTUNE_INFERENCE_URL", stack().inferenceUrl()));
  }

  /** The secret key that they ask for. */
  static String secret() {
    return Variables.get("ATTUNE_SECRET_KEY", LocalKeys.SECRET);
  }

  private static StackSettings stack() {
    return StackSettings.fromEnvironment(System.getenv());
  }
}
