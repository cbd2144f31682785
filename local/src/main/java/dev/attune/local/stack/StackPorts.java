package dev.attune.local.stack;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerException;
import java.util.Map;

/** The port of each part on 127.0.0.1. */
public record StackPorts(
    int gateway,
    int responses,
    int inference,
    int inferenceGrpc,
    int streams,
    int console,
    int registry,
    int kafka,
    int kafkaController,
    int redis) {

  /** The documented ports, each replaced by its {@code ATTUNE_<PART>_PORT} where that is set. */
  public static StackPorts fromEnvironment(Map<String, String> environment) {
    int kafka = port(environment, "KAFKA", 7092);
    return new StackPorts(
        port(environment, "GATEWAY", 7070),
        port(environment, "RESPONSES", 7071),
        port(environment, "INFERENCE", 7072),
        port(environment, "INFERENCE_GRPC", 7073),
        port(environment, "STREAMS", 7074),
        port(environment, "CONSOLE", 7080),
        port(environment, "REGISTRY", 7081),
        kafka,
        port(environment, "KAFKA_CONTROLLER", kafka + 1),
        port(environment, "REDIS", 7379));
  }

  /** Ports nobody uses now. */
  public static StackPorts free() {
    return new StackPorts(
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free(),
        Ports.free());
  }

  /** These, but for the ports of one part, which are ones that nobody uses now. */
  StackPorts besides(Part part) {
    return new StackPorts(
        part == Part.GATEWAY ? Ports.free() : gateway,
        part == Part.RESPONSES ? Ports.free() : responses,
        part == Part.INFERENCE ? Ports.free() : inference,
        part == Part.INFERENCE ? Ports.free() : inferenceGrpc,
        part == Part.STREAMS ? Ports.free() : streams,
        part == Part.CONSOLE ? Ports.free() : console,
        part == Part.REGISTRY ? Ports.free() : registry,
        part == Part.KAFKA ? Ports.free() : kafka,
        part == Part.KAFKA ? Ports.free() : kafkaController,
        part == Part.REDIS ? Ports.free() : redis);
  }

  private static int port(Map<String, String> environment, String part, int standard) {
    String name = "ATTUNE_" + part + "_PORT";
    String text = environment.getOrDefault(name, "");
    if (text.isBlank()) {
      return standard;
    }
    try {
      int port = Integer.parseInt(text.strip());
      if (port > 0 && port < 65_536) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new ServerException("%s is %s, which is no port (1 to 65535).".formatted(name, text));
  }
}
