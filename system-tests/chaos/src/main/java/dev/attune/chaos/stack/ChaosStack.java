package dev.attune.chaos.stack;

import dev.attune.bench.model.BenchModel;
import dev.attune.chaos.ChaosRun;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.KafkaCluster;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole stack on free ports in a temporary folder, made to be broken: parts are killed, paused
 * and started again, services have a second instance beside the first. It knows which processes
 * should be alive, so that one that died by itself is noticed. Closing it, and the end of the
 * program by Ctrl-C, kills what runs and keeps the logs.
 */
public final class ChaosStack implements AutoCloseable {
  private static final String SECOND = "second";

  private static final List<Part> SERVICES =
      List.of(Part.INFERENCE, Part.STREAMS, Part.GATEWAY, Part.RESPONSES);

  /** Beside brokers of one's own, in the order of their start. */
  private static final List<Part> OTHERS =
      List.of(
          Part.REGISTRY, Part.REDIS, Part.INFERENCE, Part.STREAMS, Part.GATEWAY, Part.RESPONSES);

  private final Path home;
  private final Path keptLogs;
  private final StackSettings settings;
  private final LocalStack stack;
  private final Map<Part, LocalStack> seconds = new EnumMap<>(Part.class);
  private final @Nullable KafkaCluster brokers;
  private final Map<Instance, ProcessHandle> alive = new ConcurrentHashMap<>();
  private final Thread hook = new Thread(this::end, "chaos-end");

  /** One process of a part: the stack's own, or the second of a service. */
  public record Instance(Part part, boolean second) {
    @Override
    public String toString() {
      return second ? "the second " + part.id() : part.id();
    }
  }

  private ChaosStack(
      Path home, Path keptLogs, StackSettings settings, @Nullable KafkaCluster brokers) {
    this.home = home;
    this.keptLogs = keptLogs;
    this.settings = settings;
    this.brokers = brokers;
    this.stack = new LocalStack(settings, StackListener.SILENT);
    for (Part part : SERVICES) {
      seconds.put(part, new LocalStack(second(part, settings, home), StackListener.SILENT));
    }
  }

  private static StackSettings second(Part part, StackSettings first, Path home) {
    var overrides = new HashMap<>(first.overrides());
    overrides.put("ATTUNE_STREAMS_INSTANCE_ID", "second");
    return first.beside(part, home.resolve(SECOND), overrides);
  }

  /** All parts, ready. */
  public static ChaosStack start(ChaosRun chaos, String name) throws Exception {
    chaos.say("starting a stack of its own");
    Path home = Files.createTempDirectory("attune-chaos");
    return new ChaosStack(home, chaos.folder().resolve(name + "-logs"), settings(chaos, home), null)
        .started(LocalStack::up, List.of(Part.values()));
  }

  /** The same on three brokers, with everything replicated three times. */
  public static ChaosStack startOnThreeBrokers(ChaosRun chaos, String name) throws Exception {
    chaos.say("starting three brokers and a stack on them");
    Path home = Files.createTempDirectory("attune-chaos");
    var brokers = new KafkaCluster(home.resolve("brokers"), chaos.checkout());
    StackSettings settings =
        settings(chaos, home)
            .with(
                Map.of(
                    "ATTUNE_KAFKA_BOOTSTRAP_SERVERS",
                    brokers.bootstrapServers(),
                    "ATTUNE_TOPIC_REPLICATION",
                    "3"));
    return new ChaosStack(home, chaos.folder().resolve(name + "-logs"), settings, brokers)
        .started(
            stack -> {
              brokers.start();
              OTHERS.forEach(stack::up);
            },
            OTHERS);
  }

  private static StackSettings settings(ChaosRun chaos, Path home) throws Exception {
    Path support = chaos.checkout().root().resolve("playbooks/support");
    // what the model says does not matter, that each user is scored does
    var unused =
        BenchModel.registry(home.resolve("models/support"), Playbook.load(support).features());
    return StackSettings.isolated(home, support);
  }

  private ChaosStack started(Consumer<LocalStack> start, List<Part> parts) {
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start.accept(stack);
      parts.forEach(part -> note(first(part)));
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  public static Instance first(Part part) {
    return new Instance(part, false);
  }

  /** Beside the first, with a port and state of its own, over the same servers. */
  public static Instance second(Part service) {
    return new Instance(service, true);
  }

  private LocalStack of(Instance instance) {
    return instance.second() ? Objects.requireNonNull(seconds.get(instance.part())) : stack;
  }

  private void note(Instance instance) {
    alive.put(instance, process(instance));
  }

  private ProcessHandle process(Instance instance) {
    return of(instance)
        .process(instance.part())
        .orElseThrow(() -> new ServerException(instance + " does not run."));
  }

  /** As {@code kill -9}. */
  public void kill(Instance instance) {
    alive.remove(instance);
    of(instance).kill(instance.part());
  }

  /** As an operator does it: asked to end, and waited for. */
  public void stop(Instance instance) {
    alive.remove(instance);
    of(instance).stop(instance.part());
  }

  /** Starts what does not run and returns when it is ready. */
  public void up(Instance instance) {
    of(instance).up(instance.part());
    note(instance);
  }

  /** Holds a process, as a machine that swaps or a long garbage collection does. */
  public void pause(Instance instance) throws IOException, InterruptedException {
    signal(instance, "STOP");
  }

  public void goOn(Instance instance) throws IOException, InterruptedException {
    signal(instance, "CONT");
  }

  private void signal(Instance instance, String name) throws IOException, InterruptedException {
    String pid = Long.toString(process(instance).pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new ServerException("%s could not be sent SIG%s.".formatted(instance, name));
    }
  }

  /** Processes that should run and don't: nobody killed them. */
  public List<Instance> diedByThemselves() {
    return alive.entrySet().stream()
        .filter(process -> !process.getValue().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Its process id, while it runs. */
  public Optional<Long> pid(Instance instance) {
    return of(instance).process(instance.part()).map(ProcessHandle::pid);
  }

  public StackSettings settings() {
    return settings;
  }

  /** Where an instance of a service answers. */
  public String url(Instance instance) {
    return "http://127.0.0.1:" + instance.part().port(of(instance).settings().ports());
  }

  public Path log(Instance instance) {
    return of(instance).log(instance.part());
  }

  /** Every broker's address. */
  public String bootstrapServers() {
    return brokers == null ? settings.bootstrapServers() : brokers.bootstrapServers();
  }

  public KafkaCluster brokers() {
    return Objects.requireNonNull(brokers);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the program ends, and the hook does this
    }
    end();
  }

  private synchronized void end() {
    seconds.forEach((part, second) -> second.kill(part));
    Stream.of(Part.values()).parallel().forEach(stack::kill);
    if (brokers != null) {
      brokers.close();
    }
    keepLogs();
    Folders.delete(home);
  }

  private void keepLogs() {
    Folders.delete(keptLogs);
    KeptLogs.copy(home.resolve("logs"), keptLogs);
    KeptLogs.copy(home.resolve(SECOND).resolve("logs"), keptLogs.resolve(SECOND));
    KeptLogs.copy(home.resolve("brokers/logs"), keptLogs.resolve("brokers"));
  }
}
