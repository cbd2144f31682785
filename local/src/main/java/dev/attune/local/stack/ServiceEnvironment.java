package dev.attune.local.stack;

import static java.util.stream.Collectors.toSet;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The settings of a service in the local stack, as environment variables. */
final class ServiceEnvironment {
  private ServiceEnvironment() {}

  static Map<String, String> of(StackSettings settings, Part part) {
    StackPorts ports = settings.ports();
    Path state = settings.home().resolve(part.id()).resolve("state");
    var environment = new TreeMap<String, String>();
    environment.put("SPRING_PROFILES_ACTIVE", "local");
    environment.put("ATTUNE_BIND_ADDRESS", "127.0.0.1");
    environment.putAll(ports.variables());
    environment.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", settings.bootstrapServers());
    environment.put("ATTUNE_SCHEMA_REGISTRY_URL", settings.registryUrl());
    environment.put("ATTUNE_REDIS_URI", settings.redisUri());
    environment.put("ATTUNE_INFERENCE_ADDRESS", "127.0.0.1:" + ports.inferenceGrpc());
    environment.put("ATTUNE_INFERENCE_SECRET", LocalKeys.SECRET);
    environment.put("ATTUNE_PLAYBOOK", settings.playbook().toString());
    environment.put("ATTUNE_MODELS_DIR", modelsLocation(settings));
    environment.put("ATTUNE_STATE_DIR", state.toString());
    environment.put("ATTUNE_DECISIONS_SPOOL", state.toString());
    if (part == Part.STREAMS) {
      environment.putAll(StreamsApplicationId.of(settings.home()).environment(true));
    }
    if (part == Part.CONSOLE) {
      Path kept = settings.home().resolve(part.id());
      environment.put("ATTUNE_CONSOLE_HISTORY_FILE", kept.resolve("history").toString());
      environment.put("ATTUNE_CONSOLE_EFFECTS_FILE", kept.resolve("effects.json").toString());
      environment.put("ATTUNE_CONSOLE_DRIFT_FILE", kept.resolve("drift.json").toString());
    }
    if (settings.asked().contains(Part.ZIPKIN)) {
      environment.putAll(traces(ports));
    }
    environment.putAll(settings.overrides());
    return environment;
  }

  /** What a stack sets by itself, in any of its services. */
  static Set<String> names(StackSettings settings) {
    return settings.parts().stream()
        .filter(Part::isService)
        .flatMap(part -> of(settings, part).keySet().stream())
        .collect(toSet());
  }

  /** A developer looks for the request of just now: each is recorded, and sent at once. */
  private static Map<String, String> traces(StackPorts ports) {
    return Map.of(
        "ATTUNE_TRACING_ENABLED", "true",
        "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "1",
        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "500ms",
        "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
            "http://127.0.0.1:" + ports.zipkinOtlp() + "/v1/traces");
  }

  /** A bucket is no folder of this machine. */
  private static String modelsLocation(StackSettings settings) {
    String asked = System.getenv("ATTUNE_MODELS_DIR");
    return asked != null && asked.startsWith("s3://") ? asked : settings.models().toString();
  }
}
