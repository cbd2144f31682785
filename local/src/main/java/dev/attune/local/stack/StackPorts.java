package dev.attune.local.stack;

import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

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
    REDIS(Part.REDIS, 7379),
    ZIPKIN(Part.ZIPKIN, 7411),
    PROMETHEUS(Part.PROMETHEUS, 7090),
    KAFKA_CONTROLLER(KAFKA, 1),
    ZIPKIN_OTLP(ZIPKIN, 1),
    GATEWAY_MANAGEMENT(GATEWAY, 100),
    RESPONSES_MANAGEMENT(RESPONSES, 100),
    INFERENCE_MANAGEMENT(INFERENCE, 100),
    STREAMS_MANAGEMENT(STREAMS, 100),
    CONSOLE_MANAGEMENT(CONSOLE, 100);

    private final Part part;
    private final @Nullable Port followed;
    private final int number;

    Port(Part part, int documented) {
      this.part = part;
      this.followed = null;
      this.number = documented;
    }

    /** Of the same part, so far behind its first port, wherever that is. */
    Port(Port followed, int distance) {
      this.part = followed.part;
      this.followed = followed;
      this.number = distance;
    }

    private String variable() {
      return "ATTUNE_" + name() + "_PORT";
    }

    private int in(Map<String, String> environment) {
      String text = environment.getOrDefault(variable(), "");
      int port = text.isBlank() ? standard(environment) : parsed(text);
      if (port > 0 && port < 65_536) {
        return port;
      }
      throw new ServerException(
          "%s is %s, which is no port (1 to 65535)."
              .formatted(variable(), text.isBlank() ? port : text));
    }

    private int standard(Map<String, String> environment) {
      return followed == null ? number : followed.in(environment) + number;
    }

    private static int parsed(String text) {
      try {
        return Integer.parseInt(text.strip());
      } catch (NumberFormatException e) {
        return -1;
      }
    }
  }

  /** The documented ports, each replaced by its {@code ATTUNE_<PART>_PORT} where that is set. */
  public static StackPorts fromEnvironment(Map<String, String> environment) {
    return of(port -> port.in(environment));
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

  /** All of a part, by the variables that move them. */
  Map<String, Integer> allOf(Part part) {
    Map<String, Integer> all = new TreeMap<>();
    numbers.forEach(
        (port, number) -> {
          if (port.part == part) {
            all.put(port.variable(), number);
          }
        });
    return all;
  }

  /** What tells these to another program. */
  public Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    numbers.forEach((port, number) -> variables.put(port.variable(), Integer.toString(number)));
    return variables;
  }

  private int number(Port port) {
    return Objects.requireNonNull(numbers.get(port));
  }

  /** Where a service answers probes and tells its metrics. */
  int management(Part service) {
    return number(Port.valueOf(service.name() + "_MANAGEMENT"));
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

  public int zipkin() {
    return number(Port.ZIPKIN);
  }

  public int prometheus() {
    return number(Port.PROMETHEUS);
  }

  /** Where services send their traces. */
  int zipkinOtlp() {
    return number(Port.ZIPKIN_OTLP);
  }
}
