package dev.attune.local.stack;

import static java.util.stream.Collectors.toSet;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a local stack is made of.
 *
 * @param home where its data, logs and process ids live
 * @param playbook the chatbot's folder
 * @param models the model registry's root; a playbook's models are in the folder of its name
 * @param asked the optional parts that it has; with Zipkin every request is recorded
 * @param overrides settings of the services, as environment variables, beyond the stack's own
 */
public record StackSettings(
    Checkout checkout,
    Path home,
    Path playbook,
    Path models,
    StackPorts ports,
    Set<Part> asked,
    Map<String, String> overrides) {
  public StackSettings {
    asked = Set.copyOf(asked);
    overrides = Map.copyOf(overrides);
  }

  /**
   * As {@code ./attune} runs it: {@code .attune/} in the checkout, the documented ports. A stack
   * that was started with optional parts or with settings of its services keeps them until it is
   * stopped, whichever verb comes next.
   */
  public static StackSettings fromEnvironment(Map<String, String> environment) {
    Checkout checkout = Checkout.find();
    AttuneFolders folders = AttuneFolders.fromEnvironment(environment);
    var own =
        new StackSettings(
            checkout,
            folders.home(),
            folders.playbook(),
            folders.models(),
            StackPorts.fromEnvironment(environment),
            optional().filter(part -> PidFile.of(folders.home(), part).exists()).collect(toSet()),
            Map.of());
    Set<String> names = ServiceEnvironment.names(own);
    return own.with(GivenSettings.of(own.home()).with(environment, names::contains));
  }

  /** A stack of one's own, for tests: free ports, its own home. */
  public static StackSettings isolated(Path home, Path playbook) {
    Path absolute = home.toAbsolutePath();
    return new StackSettings(
        Checkout.find(),
        absolute,
        playbook.toAbsolutePath(),
        absolute.resolve("models"),
        StackPorts.free(),
        Set.of(),
        Map.of());
  }

  /** Settings of the services that the stack was started with, until it is stopped. */
  public Map<String, String> kept() {
    return GivenSettings.of(home).with(Map.of(), name -> false);
  }

  /** The same with other settings of its services. */
  public StackSettings with(Map<String, String> otherOverrides) {
    return new StackSettings(checkout, home, playbook, models, ports, asked, otherOverrides);
  }

  /** The same with one more of the optional parts. */
  public StackSettings with(Part optional) {
    Set<Part> all = Stream.concat(asked.stream(), Stream.of(optional)).collect(toSet());
    return new StackSettings(checkout, home, playbook, models, ports, all, overrides);
  }

  /**
   * A second instance of a service: on a port of its own, beside all that this stack has.
   *
   * @param otherHome where it keeps state, log and process id of its own
   */
  public StackSettings beside(Part service, Path otherHome, Map<String, String> otherOverrides) {
    return new StackSettings(
        checkout, otherHome, playbook, models, ports.besides(service), asked, otherOverrides);
  }

  /** What the stack consists of, in the order in which it is shown. */
  public List<Part> parts() {
    return Stream.of(Part.values())
        .filter(part -> !part.isOptional() || asked.contains(part))
        .toList();
  }

  private static Stream<Part> optional() {
    return Stream.of(Part.values()).filter(Part::isOptional);
  }

  void requirePlaybook() {
    if (!Files.isDirectory(playbook)) {
      throw new ServerException("The playbook " + playbook + " is no folder.");
    }
  }

  Path logs() {
    return home.resolve("logs");
  }

  Path pids() {
    return PidFile.folder(home);
  }

  /** Unpacked services, of which all stacks of a checkout have one copy. */
  Path apps() {
    return checkout.root().resolve("target/apps");
  }

  public String gatewayUrl() {
    return "http://127.0.0.1:" + ports.gateway();
  }

  public String responsesUrl() {
    return "http://127.0.0.1:" + ports.responses();
  }

  public String inferenceUrl() {
    return "http://127.0.0.1:" + ports.inference();
  }

  public String consoleUrl() {
    return "http://127.0.0.1:" + ports.console();
  }

  public String registryUrl() {
    return "http://127.0.0.1:" + ports.registry() + "/apis/ccompat/v7";
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + ports.kafka();
  }

  /** Zipkin's page. */
  public String tracesUrl() {
    return "http://127.0.0.1:" + ports.zipkin() + "/zipkin/";
  }

  /** Prometheus' page. */
  public String metricsUrl() {
    return "http://127.0.0.1:" + ports.prometheus() + "/";
  }

  public String redisUri() {
    return "redis://127.0.0.1:" + ports.redis();
  }
}
