package dev.attune.local.stack;

import dev.attune.local.infra.JavaCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** The parts of the stack, in the order in which they are shown. */
public enum Part {
  GATEWAY("gateway", "ingest-gateway", "192m", StackPorts::gateway),
  RESPONSES("responses", "response-api", "192m", StackPorts::responses),
  // its heap stays close to what is alive: the rest of 250 MB is classes, code and native libraries
  INFERENCE(
      "inference",
      "inference-service",
      "128m",
      StackPorts::inference,
      "-Xms40m",
      "-Xmn16m",
      "-XX:MinHeapFreeRatio=10",
      "-XX:MaxHeapFreeRatio=20",
      "-XX:+UseCompactObjectHeaders",
      "-XX:TrimNativeHeapInterval=10000"),
  STREAMS("streams", "feature-streams", "256m", StackPorts::streams),
  CONSOLE("console", "console", "64m", StackPorts::console),
  REGISTRY("registry", "", "", StackPorts::registry),
  KAFKA("kafka", "", "", StackPorts::kafka),
  REDIS("redis", "", "", StackPorts::redis),
  /** Shows traces; only where they are asked for. */
  ZIPKIN("zipkin", "", "", StackPorts::zipkin),
  /** Reads metrics and judges alerts; only where it is asked for. */
  PROMETHEUS("prometheus", "", "", StackPorts::prometheus);

  private final String id;
  private final String module;
  private final String heap;
  private final ToIntFunction<StackPorts> port;
  private final List<String> jvmOptions;

  Part(
      String id, String module, String heap, ToIntFunction<StackPorts> port, String... jvmOptions) {
    this.id = id;
    this.module = module;
    this.heap = heap;
    this.port = port;
    this.jvmOptions = List.of(jvmOptions);
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

  /** Where a service answers probes and tells its metrics. */
  public int managementPort(StackPorts ports) {
    return ports.management(this);
  }

  /** One of Attune's own, as against what it rests on. */
  public boolean isService() {
    return !module.isEmpty();
  }

  /** What a stack has only where it is asked for. */
  boolean isOptional() {
    return this == ZIPKIN || this == PROMETHEUS;
  }

  /** What services can't work without. */
  boolean isNeededByServices() {
    return !isService() && !isOptional();
  }

  String module() {
    return module;
  }

  /** How the stack runs a service's JVM, without class path and program. */
  public JavaCommand java() {
    JavaCommand command = JavaCommand.quickToStart(heap);
    jvmOptions.forEach(command::option);
    return command;
  }
}
