package dev.attune.local.stack;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a local stack is made of.
 *
 * @param home where its data, logs and process ids live
 * @param playbook the chatbot's folder
 * @param models the model registry's root; a playbook's models are in the folder of its name
 * @param traced whether every request is recorded and Zipkin shows it
 * @param overrides settings of the services, as environment variables, beyond the stack's own
 */
public record StackSettings(
    Checkout checkout,
    Path home,
    Path playbook,
    Path models,
    StackPorts ports,
    boolean traced,
    Map<String, String> overrides) {
  public StackSettings {
    overrides = Map.copyOf(overrides);
  }

  /**
   * As {@code ./attune} runs it: {@code .attune/} in the checkout, the documented ports. A stack
   * that was started with traces keeps them until it is stopped, whichever verb comes next.
   */
  public static StackSettings fromEnvironment(Map<String, String> environment) {
    Checkout checkout = Checkout.find();
    AttuneFolders folders = AttuneFolders.fromEnvironment(environment);
    return new StackSettings(
        checkout,
        folders.home(),
        folders.playbook(),
        folders.models(),
        StackPorts.fromEnvironment(environment),
        PidFile.of(folders.home(), Part.ZIPKIN).exists(),
        Map.of());
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
        false,
        Map.of());
  }

  /** The same with other settings of its services. */
  public StackSettings with(Map<String, String> otherOverrides) {
    return new StackSettings(checkout, home, playbook, models, ports, traced, otherOverrides);
  }

  /** The same with Zipkin, which shows every request. */
  public StackSettings withTraces() {
    return new StackSettings(checkout, home, playbook, models, ports, true, overrides);
  }

  /**
   * A second instance of a service: on a port of its own, beside all that this stack has.
   *
   * @param otherHome where it keeps state, log and process id of its own
   */
  public StackSettings beside(Part service, Path otherHome, Map<String, String> otherOverrides) {
    return new StackSettings(
        checkout, otherHome, playbook, models, ports.besides(service), traced, otherOverrides);
  }

  /** What the stack consists of, in the order in which it is shown. */
  public List<Part> parts() {
    return Stream.of(Part.values()).filter(part -> traced || part != Part.ZIPKIN).toList();
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

  public String redisUri() {
    return "redis://127.0.0.1:" + ports.redis();
  }
}
