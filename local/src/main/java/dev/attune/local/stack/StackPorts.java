package dev.attune.local.stack;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;

/** The ports of the parts on 127.0.0.1. */
public record StackPorts(Map<Port, Integer> numbers) {
  /** What listens, with the part that it belongs to and its documented port. */
  enum Port {
    GATEWAY(Part.GATEWAY, 7070),
    RESPONSES(Part.RESPONSES, 7071),
    INFERENCE(Part.INFERENCE, 7072),
    INFERENCE_GRPC(Part.INFERENCE, 7073),
    STREAMS(Part.STREAMS, 7074),
    CONSOLE(Part.CONSOLE, 7080),
    REGISTRY(Part.REGISTRY, 7081),
    KAFKA(Part.KAFKA, 7092),
    KAFKA_CONTROLLER(Part.KAFKA, 7093),
    REDIS(Part.REDIS, 7379);

    private final Part part;
    private final int documented;

    Port(Part part, int documented) {
      this.part = part;
      this.documented = documented;
    }
  }

  /** The documented ports, each replaced by its {@code ATTUNE_<PART>_PORT} where that is set. */
  public static StackPorts fromEnvironment(Map<String, String> environment) {
    StackPorts set = of(port -> port(environment, port.name(), port.documented));
    // the controller's follows the broker's
    return set.with(
        Port.KAFKA_CONTROLLER, port(environment, Port.KAFKA_CONTROLLER.name(), set.kafka() + 1));
  }

  /** Ports nobody uses now. */
  public static StackPorts free() {
    return of(_ -> Ports.free());
  }

  /** These, but for the ports of one part, which are ones that nobody uses now. */
  StackPorts besides(Part part) {
    return of(port -> port.part == part ? Ports.free() : number(port));
  }

  StackPorts with(Port changed, int number) {
    return of(port -> port == changed ? number : number(port));
  }

  private static StackPorts of(ToIntFunction<Port> number) {
    Map<Port, Integer> numbers = new EnumMap<>(Port.class);
    for (Port port : Port.values()) {
      numbers.put(port, number.applyAsInt(port));
    }
    return new StackPorts(Collections.unmodifiableMap(numbers));
  }

  private int number(Port port) {
    return Objects.requireNonNull(numbers.get(port));
  }

  public int gateway() {
    return number(Port.GATEWAY);
  }

  public int responses() {
    return number(Port.RESPONSES);
  }

  public int inference() {
    return number(Port.INFERENCE);
  }

  public int inferenceGrpc() {
    return number(Port.INFERENCE_GRPC);
  }

  public int streams() {
    return number(Port.STREAMS);
  }

  public int console() {
    return number(Port.CONSOLE);
  }

  public int registry() {
    return number(Port.REGISTRY);
  }

  public int kafka() {
    return number(Port.KAFKA);
  }

  public int kafkaController() {
    return number(Port.KAFKA_CONTROLLER);
  }

  public int redis() {
    return number(Port.REDIS);
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
