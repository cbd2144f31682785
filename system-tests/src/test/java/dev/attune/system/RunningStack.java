package dev.attune.system;

import dev.attune.core.scoring.ModelException;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The local stack with all four services as processes of their own, on free ports, with data of its
 * own and a model trained on a small simulated past. Its logs stay under {@code target} for
 * reading.
 */
final class RunningStack implements AutoCloseable {
  /** Below the checkout: what stays for reading after the tests. */
  static final String TARGET = "system-tests/target";

  private static final Path SUPPORT = Checkout.find().root().resolve("playbooks/support");

  private final StackSettings settings;
  private final LocalStack stack;
  private final Thread hook = new Thread(this::down);
  final GatewayClient gateway;
  final ResponsesClient responses;

  private RunningStack(StackSettings settings) {
    this.settings = settings;
    this.stack = new LocalStack(settings, StackListener.SILENT);
    this.gateway = new GatewayClient(settings.gatewayUrl(), LocalKeys.SECRET);
    this.responses = new ResponsesClient(settings.responsesUrl(), LocalKeys.SECRET);
  }

  /** The one that a JVM's tests share which leave it whole; it ends with the JVM. */
  static RunningStack shared() {
    return Shared.STACK;
  }

  /** What takes the shared stack's spans: no trace is begun by it, only by SDKs. */
  static TraceReceiver sharedTraces() {
    return Shared.TRACES;
  }

  private static final class Shared {
    static final TraceReceiver TRACES = new TraceReceiver();
    static final RunningStack STACK = start();

    private static RunningStack start() {
      try {
        return RunningStack.start(
            "shared-stack-" + System.getProperty("attune.test.fork", "alone"),
            SUPPORT,
            Map.of(
                "ATTUNE_TRACING_ENABLED", "true",
                "MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "0",
                "ATTUNE_TRACING_SLOW", "900ms",
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULEDELAY", "200ms",
                "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT", TRACES.endpoint()));
      } catch (ModelException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static RunningStack start(String name) throws ModelException {
    return start(name, SUPPORT);
  }

  static RunningStack start(String name, Path playbook) throws ModelException {
    return start(name, playbook, Map.of());
  }

  /** With more settings of its services. */
  static RunningStack start(String name, Path playbook, Map<String, String> more)
      throws ModelException {
    RunningStack running = empty(name, playbook, more);
    TrainedModels.publish(running.settings);
    running.up();
    return running;
  }

  /** The same before anything of it runs, and without a model. */
  static RunningStack empty(String name, Path playbook, Map<String, String> more) {
    Path home = Checkout.find().root().resolve(TARGET).resolve(name);
    Path keys = home.resolve("keys");
    var overrides = new HashMap<>(more);
    overrides.put("ATTUNE_KEYS_FILE", keys.toString());
    overrides.put("ATTUNE_KEYSRELOAD", "200ms");
    var running = new RunningStack(StackSettings.isolated(home, playbook).with(overrides));
    running.stack.purge();
    running.keys(List.of());
    Runtime.getRuntime().addShutdownHook(running.hook);
    return running;
  }

  /** A version for the playbook as it is now; live only if it is the first. */
  Trainer.Result train() throws ModelException {
    return TrainedModels.train(settings);
  }

  /** Starts what does not run, and waits until everything is ready and a model is served. */
  void up() {
    stack.up();
    URI model = URI.create(settings.inferenceUrl() + "/v2/models/intent/ready");
    Eventually.holds("a model is served", () -> HttpProbe.status(model) == 200);
  }

  void down() {
    stack.down();
  }

  /** Replaces the file of keys, which the services have beside their own keys. */
  void keys(List<String> lines) {
    try {
      Path next = Files.createDirectories(settings.home()).resolve("keys.next");
      Files.write(next, lines);
      Files.move(
          next,
          settings.home().resolve("keys"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill(Part part) {
    stack.kill(part);
  }

  LocalStack local() {
    return stack;
  }

  StackSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    gateway.close();
    responses.close();
    down();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
