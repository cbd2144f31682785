package dev.attune.local.stack;

import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a local stack is made of.
 *
 * @param home where its data, logs and process ids live
 * @param playbook the chatbot's folder
 * @param models the model registry's root; a playbook's models are in the folder of its name
 * @param overrides settings of the services, as environment variables, beyond the stack's own
 */
public record StackSettings(
    Checkout checkout,
    Path home,
    Path playbook,
    Path models,
    StackPorts ports,
    Map<String, String> overrides) {
  public StackSettings {
    overrides = Map.copyOf(overrides);
  }

  /** As {@code ./attune} runs it: {@code .attune/} in the checkout, the documented ports. */
  public static StackSettings fromEnvironment(Map<String, String> environment) {
    Checkout checkout = Checkout.find();
    AttuneFolders folders = AttuneFolders.fromEnvironment(environment);
    return new StackSettings(
        checkout,
        folders.home(),
        folders.playbook(),
        folders.models(),
        StackPorts.fromEnvironment(environment),
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
        Map.of());
  }

  /** The same with other settings of its services. */
  public StackSettings with(Map<String, String> otherOverrides) {
    return new StackSettings(checkout, home, playbook, models, ports, otherOverrides);
  }

  /**
   * A second instance of a service: on a port of its own, beside all that this stack has.
   *
   * @param otherHome where it keeps state, log and process id of its own
   */
  public StackSettings beside(Part service, Path otherHome, Map<String, String> otherOverrides) {
    return new StackSettings(
        checkout, otherHome, playbook, models, ports.besides(service), otherOverrides);
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
    return home.resolve("run");
  }

  Path apps() {
    return home.resolve("apps");
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

  public String redisUri() {
    return "redis://127.0.0.1:" + ports.redis();
  }
}
