package dev.attune.chaos.stack;

import dev.attune.bench.model.BenchModel;
import dev.attune.chaos.ChaosRun;
import dev.attune.chaos.ledger.FaultTimes;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.variant.StackVariant;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.KafkaSettings;
import dev.attune.local.infra.Processes;
import dev.attune.local.infra.ServerException;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  /** One after the other, where not all are started. */
  private static final List<Part> IN_TURN =
      List.of(
          Part.KAFKA,
          Part.REGISTRY,
          Part.REDIS,
          Part.INFERENCE,
          Part.STREAMS,
          Part.GATEWAY,
          Part.RESPONSES);

  private final Path home;
  private final Path keptLogs;
  private final StackVariant variant;
  private final StackSettings settings;
  private final LocalStack stack;
  private final Map<Part, LocalStack> seconds = new EnumMap<>(Part.class);
  private final Map<Instance, ProcessHandle> alive = new ConcurrentHashMap<>();
  private final FaultTimes faults = new FaultTimes();
  private @Nullable PredictionPoller poller;
  private final Thread hook = new Thread(this::end, "chaos-end");

  /** One process of a part: the stack's own, or the second of a service. */
  public record Instance(Part part, boolean second) {
    @Override
    public String toString() {
      return second ? "the second " + part.id() : part.id();
    }
  }

  private ChaosStack(ChaosRun chaos, String name, Path home, StackVariant variant)
      throws Exception {
    this.home = home;
    this.keptLogs = chaos.folder().resolve(name + "-logs");
    this.variant = variant;
    StackSettings usual = usual(chaos, home);
    Map<Part, StackSettings> besides = new EnumMap<>(Part.class);
    SERVICES.forEach(part -> besides.put(part, usual.beside(part, home.resolve(SECOND), Map.of())));
    Map<String, String> overrides = new HashMap<>(chaos.sabotage());
    overrides.putAll(variant.start(new StackVariant.Plan(chaos.checkout(), home, usual, besides)));
    this.settings = usual.with(overrides);
    this.stack = new LocalStack(settings, StackListener.SILENT);
    overrides.put("ATTUNE_STREAMS_INSTANCE_ID", SECOND);
    besides.forEach(
        (part, beside) ->
            seconds.put(part, new LocalStack(beside.with(overrides), StackListener.SILENT)));
  }

  private static StackSettings usual(ChaosRun chaos, Path home) throws Exception {
    Path support = chaos.checkout().root().resolve("playbooks/support");
    // what the model says does not matter, that each user is scored does
    var unused =
        BenchModel.registry(home.resolve("models/support"), Playbook.load(support).features());
    return StackSettings.isolated(home, support);
  }

  /** All parts, ready. */
  public static ChaosStack start(ChaosRun chaos, String name) throws Exception {
    return start(chaos, name, StackVariant.USUAL);
  }

  /** All parts as the variant has them, ready. It is closed with the stack. */
  public static ChaosStack start(ChaosRun chaos, String name, StackVariant variant)
      throws Exception {
    chaos.say("starting a stack of its own");
    Path home = Files.createTempDirectory("attune-chaos");
    try {
      return new ChaosStack(chaos, name, home, variant).started();
    } catch (Exception e) {
      variant.close();
      throw e;
    }
  }

  private ChaosStack started() {
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (variant.replaced().isEmpty()) {
        stack.up();
        settings.parts().forEach(part -> note(first(part)));
      } else {
        IN_TURN.stream()
            .filter(part -> !variant.replaced().contains(part))
            .forEach(part -> up(first(part)));
      }
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Puts load on it, and looks at what becomes of its events until the stack is closed. */
  public Load load(ChaosRun chaos, LoadShape shape) {
    Load load = Load.on(settings, shape, chaos.seed(), chaos.progress());
    poller = new PredictionPoller(new PredictionRows(redis()), load.ledger().seen());
    return load;
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
    began(instance);
    alive.remove(instance);
    of(instance).kill(instance.part());
  }

  /** As an operator does it: asked to end, and waited for. */
  public void stop(Instance instance) {
    began(instance);
    alive.remove(instance);
    of(instance).stop(instance.part());
  }

  /** Starts what does not run and returns when it is ready. */
  public void up(Instance instance) {
    of(instance).up(instance.part());
    note(instance);
    ended(instance);
  }

  /** Holds a process, as a machine that swaps or a long garbage collection does. */
  public void pause(Instance instance) throws IOException, InterruptedException {
    began(instance);
    signal(instance, "STOP");
  }

  public void goOn(Instance instance) throws IOException, InterruptedException {
    signal(instance, "CONT");
    ended(instance);
  }

  private void signal(Instance instance, String name) throws IOException, InterruptedException {
    String pid = Long.toString(process(instance).pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new ServerException("%s could not be sent SIG%s.".formatted(instance, name));
    }
  }

  /** From now on something is broken that is no process of the stack. */
  public void began(Object what) {
    faults.began(what, System.nanoTime());
  }

  public void ended(Object what) {
    faults.ended(what, System.nanoTime());
  }

  FaultTimes faults() {
    return faults;
  }

  /** What takes from Redis what it has: what was seen there before is not expected again. */
  public void losing(Runnable fault) {
    poller().losing(fault);
  }

  /**
   * Returns when everybody's prediction has all that was accepted before this call.
   *
   * @return how long that took; empty when it was too long
   */
  public Optional<Duration> awaitCaughtUp(Duration limit) throws InterruptedException {
    return poller().awaitCaughtUp(limit);
  }

  PredictionPoller poller() {
    return Objects.requireNonNull(poller);
  }

  /** Processes that should run and don't: nobody killed them. */
  public List<Instance> diedByThemselves() {
    return alive.entrySet().stream()
        .filter(process -> !Processes.isAlive(process.getValue()))
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

  /** Where it tells its metrics. */
  public URI management(Instance instance) {
    int port = instance.part().managementPort(of(instance).settings().ports());
    return URI.create("http://127.0.0.1:" + port);
  }

  public Path log(Instance instance) {
    return of(instance).log(instance.part());
  }

  /** Every broker's address. */
  public String bootstrapServers() {
    return variant.kafka(settings);
  }

  /** Every Redis server's address, past what lies between it and the services. */
  List<String> redis() {
    return variant.redis(settings);
  }

  /** Where its stores are. */
  public StoreContents.Places places() {
    return new StoreContents.Places(
        KafkaSettings.of(bootstrapServers()),
        settings.registryUrl(),
        redis(),
        settings.responsesUrl(),
        settings.playbook());
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
    if (poller != null) {
      poller.close();
    }
    seconds.forEach((part, second) -> second.kill(part));
    settings.parts().parallelStream().forEach(stack::kill);
    variant.close();
    keepLogs();
    Folders.delete(home);
  }

  private void keepLogs() {
    Folders.delete(keptLogs);
    KeptLogs.copy(home.resolve("logs"), keptLogs);
    KeptLogs.copy(home.resolve(SECOND).resolve("logs"), keptLogs.resolve(SECOND));
    for (String servers : List.of("brokers", "shards")) {
      KeptLogs.copy(home.resolve(servers).resolve("logs"), keptLogs.resolve(servers));
    }
  }
}
