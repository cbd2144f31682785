package dev.attune.local.stack;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The parts of the stack, in the order in which they are shown. */
public enum Part {
  GATEWAY("gateway", "ingest-gateway", "192m", StackPorts::gateway),
  RESPONSES("responses", "response-api", "192m", StackPorts::responses),
  INFERENCE("inference", "inference-service", "256m", StackPorts::inference),
  STREAMS("streams", "feature-streams", "256m", StackPorts::streams),
  REGISTRY("registry", "", "", StackPorts::registry),
  KAFKA("kafka", "", "", StackPorts::kafka),
  REDIS("redis", "", "", StackPorts::redis);

  private final String id;
  private final String module;
  private final String heap;
  private final ToIntFunction<StackPorts> port;

  Part(String id, String module, String heap, ToIntFunction<StackPorts> port) {
    this.id = id;
    this.module = module;
    this.heap = heap;
    this.port = port;
  }

  /** The name that users see and say. */
  public String id() {
    return id;
  }

  public static Optional<Part> named(String id) {
    return Arrays.stream(values()).filter(part -> part.id.equals(id)).findFirst();
  }

  public int port(StackPorts ports) {
    return port.applyAsInt(ports);
  }

  /** All ports that must be free for a start. */
  List<Integer> ports(StackPorts ports) {
    return switch (this) {
      case INFERENCE -> List.of(ports.inference(), ports.inferenceGrpc());
      case KAFKA -> List.of(ports.kafka(), ports.kafkaController());
      case GATEWAY, RESPONSES, STREAMS, REGISTRY, REDIS -> List.of(port(ports));
    };
  }

  boolean isService() {
    return !module.isEmpty();
  }

  String module() {
    return module;
  }

  String heap() {
    return heap;
  }

  /** The variable that moves this part's first port. */
  String portVariable() {
    return "ATTUNE_" + name() + "_PORT";
  }
}
