package dev.attune.chaos.variant;

import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.util.Map;
import java.util.Objects;

/**
 * feature-streams knows two instances of inference-service; the second is started as others are.
 */
public final class TwoReplicas implements StackVariant {
  @Override
  public Map<String, String> start(Plan plan) {
    StackSettings second = Objects.requireNonNull(plan.seconds().get(Part.INFERENCE));
    return Map.of("ATTUNE_INFERENCE_ADDRESS", address(plan.first()) + "," + address(second));
  }

  private static String address(StackSettings instance) {
    return "127.0.0.1:" + instance.ports().inferenceGrpc();
  }
}
