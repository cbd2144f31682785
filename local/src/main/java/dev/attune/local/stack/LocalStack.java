package dev.attune.local.stack;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.KafkaServer;
import dev.attune.local.infra.RedisServer;
import dev.attune.local.infra.RegistryServer;
import dev.attune.local.infra.Server;
import dev.attune.local.infra.ServerException;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.PartStatus.State;
import dev.attune.local.stack.StackListener.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Starts, inspects and stops the parts of one stack. The parts outlive this object and this
 * program: what runs is known from process ids in files, so that any later run finds it.
 *
 * <p>{@link #up} is idempotent: it starts what is stopped or dead and restarts what runs older
 * code, an older playbook or other settings. When it fails or is interrupted, what it started is
 * stopped again. One {@code up} or {@code down} at a time works on a home, across processes.
 */
public final class LocalStack {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(240);

  private final StackSettings settings;
  private final StackListener listener;
  private final PartCommands commands;
  private final StartRequirements requirements;
  // what this run started, to be undone when it does not end well
  private final Set<Part> started = ConcurrentHashMap.newKeySet();
  private volatile boolean interrupted;
  private final Object undoing = new Object();

  public LocalStack(StackSettings settings, StackListener listener) {
    this(settings, listener, (part, command) -> command);
  }

  /**
   * @param commands what is run in place of a server's command
   */
  LocalStack(StackSettings settings, StackListener listener, PartCommands commands) {
    this.settings = settings;
    this.listener = listener;
    this.commands = commands;
    this.requirements = new StartRequirements(settings);
  }

  /** What is run in place of a part's own command. */
  interface PartCommands {
    List<String> of(Part part, List<String> command);
  }

  public StackSettings settings() {
    return settings;
  }

  /** Starts what does not run and returns when every part is ready. */
  public void up() {
    up(
        () -> {
          requirements.check(stopped());
          Map<Part, CompletableFuture<Void>> parts = new EnumMap<>(Part.class);
          try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            launch(parts, executor);
            join(parts.values()); // inside: a closing executor takes no further steps
          }
        });
  }

  /** The same for one part; the others are left as they are. */
  public void up(Part part) {
    up(() -> ensure(part, server(part)));
  }

  private void up(Runnable start) {
    settings.requirePlaybook();
    started.clear();
    interrupted = false;
    try (var undone = undoneWhenInterrupted();
        var lock = HomeLock.of(settings.home())) {
      start.run();
      GivenSettings.of(settings.home()).write(settings.overrides());
    } catch (RuntimeException e) {
      undo();
      throw e;
    }
  }

  /** Whether the last {@link #up} had anything to start. */
  public boolean hasStarted() {
    return !started.isEmpty();
  }

  /** Until it is closed, the end of the program by Ctrl-C stops what {@link #up} started. */
  public Undo undoneWhenInterrupted() {
    return Undo.by(this::undo);
  }

  /** The same, and then something more. */
  Undo undoneWhenInterrupted(Runnable more) {
    return Undo.by(
        () -> {
          undo();
          more.run();
        });
  }

  private void launch(Map<Part, CompletableFuture<Void>> parts, ExecutorService executor) {
    List<Part> servers = settings.parts().stream().filter(part -> !part.isService()).toList();
    List<Part> services = settings.parts().stream().filter(Part::isService).toList();
    for (Part part : servers) {
      parts.put(part, CompletableFuture.runAsync(() -> ensure(part, server(part)), executor));
    }
    List<CompletableFuture<Void>> needed =
        servers.stream().filter(Part::isNeededByServices).map(parts::get).toList();
    for (Part part : services) {
      // unpacked meanwhile, started when the servers can be used
      CompletableFuture<Server> unpacked =
          CompletableFuture.supplyAsync(() -> server(part), executor);
      CompletableFuture<?>[] before =
          Stream.concat(needed.stream(), Stream.of(unpacked)).toArray(CompletableFuture[]::new);
      parts.put(
          part,
          CompletableFuture.allOf(before)
              .thenRunAsync(() -> ensure(part, unpacked.join()), executor));
    }
  }

  /** Waits for all, or for the first that fails: the others would wait for it in vain. */
  private void join(Collection<CompletableFuture<Void>> parts) {
    CompletableFuture<Void> all = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    parts.forEach(
        part ->
            part.whenComplete(
                (ready, failure) -> {
                  if (failure != null) {
                    all.completeExceptionally(failure);
                  }
                }));
    try {
      all.join();
    } catch (CompletionException e) {
      undo();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private List<Part> stopped() {
    return settings.parts().stream().filter(part -> process(part).isEmpty()).toList();
  }

  private void ensure(Part part, Server server) {
    var fingerprint = new Fingerprint(settings, part, server);
    Optional<ServerProcess> running = running(part, server);
    if (running.isPresent() && fingerprint.isUnchanged()) {
      listener.changed(part, Phase.RUNNING_ALREADY);
      running.get().awaitReady(READY_TIMEOUT);
    } else {
      running.ifPresent(process -> stop(part, process));
      start(part, server, fingerprint);
    }
    listener.changed(part, Phase.READY);
  }

  private void start(Part part, Server server, Fingerprint fingerprint) {
    requirements.check(Set.of(part));
    rotate(log(part));
    synchronized (this) {
      refuseWhenInterrupted();
      started.add(part);
      fingerprint.write();
    }
    listener.changed(part, Phase.STARTING);
    try {
      UnaryOperator<List<String>> changed = command -> commands.of(part, command);
      ServerProcess.startDetached(server, changed, log(part), pidFile(part).file())
          .awaitReady(READY_TIMEOUT);
    } catch (ServerException e) {
      refuseWhenInterrupted();
      listener.changed(part, Phase.FAILED);
      throw e;
    }
  }

  private void refuseWhenInterrupted() {
    if (interrupted) {
      throw new ServerException("The start was interrupted.");
    }
  }

  private Optional<ServerProcess> running(Part part, Server server) {
    return pidFile(part).process().map(process -> ServerProcess.adopt(server, process, log(part)));
  }

  /** Returns when all is stopped, also for the second who asks. */
  private void undo() {
    synchronized (undoing) {
      List<Part> parts;
      synchronized (this) {
        interrupted = true;
        parts = List.copyOf(started);
        started.clear();
      }
      stopAll(parts);
    }
  }

  /** Stops every part. */
  public void down() {
    try (var lock = HomeLock.of(settings.home())) {
      stopEverything();
    }
  }

  /** The same, and deletes all that the stack has kept; nothing else that is in its home. */
  public void purge() {
    // the lock's file stays: who waits for it would hold one that nobody else finds
    try (var lock = HomeLock.of(settings.home())) {
      stopEverything();
      Stream.of(Part.values()).map(Part::id).forEach(this::delete);
      Stream.of("models", "logs", "run").forEach(this::delete);
    }
  }

  private void stopEverything() {
    BackfillProcess.endLeftOver(settings);
    stopAll(List.of(Part.values()));
    GivenSettings.of(settings.home()).delete();
  }

  private void delete(String folder) {
    Folders.delete(settings.home().resolve(folder));
  }

  // services first, while they still can finish their work with what they stand on
  private void stopAll(Collection<Part> parts) {
    stopAtOnce(parts.stream().filter(Part::isService));
    stopAtOnce(parts.stream().filter(part -> !part.isService()));
  }

  /** However few processors there are: each waits for what its part has to finish. */
  private void stopAtOnce(Stream<Part> parts) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<?>[] stopped =
          parts
              .map(part -> CompletableFuture.runAsync(() -> stop(part), executor))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(stopped).join();
    }
  }

  /** Ends one part at once, as a crash would; {@link #up} repairs it. */
  public void kill(Part part) {
    pidFile(part)
        .process()
        .ifPresent(process -> ServerProcess.adopt(probe(part), process, log(part)).kill());
  }

  /** Stops one part and leaves the others. */
  public void stop(Part part) {
    pidFile(part)
        .process()
        .ifPresent(process -> stop(part, ServerProcess.adopt(probe(part), process, log(part))));
    pidFile(part).delete();
  }

  private void stop(Part part, ServerProcess process) {
    listener.changed(part, Phase.STOPPING);
    process.stop();
    listener.changed(part, Phase.STOPPED);
  }

  /** The part's process; empty when it does not run. */
  public Optional<ProcessHandle> process(Part part) {
    return pidFile(part).process();
  }

  public List<PartStatus> status() {
    var processes = new EnumMap<Part, ProcessHandle>(Part.class);
    for (Part part : settings.parts()) {
      pidFile(part).process().ifPresent(process -> processes.put(part, process));
    }
    return settings.parts().parallelStream()
        .map(part -> status(part, Optional.ofNullable(processes.get(part))))
        .toList();
  }

  private PartStatus status(Part part, Optional<ProcessHandle> process) {
    int port = part.port(settings.ports());
    if (process.isEmpty()) {
      State state = pidFile(part).exists() ? State.DEAD : State.STOPPED;
      return new PartStatus(part, state, null, port, null, null);
    }
    ProcessHandle handle = process.get();
    OptionalLong memory = ResidentMemory.of(handle.pid());
    return new PartStatus(
        part,
        probe(part).isReady() ? State.READY : State.STARTING,
        handle.pid(),
        port,
        memory.isPresent() ? memory.getAsLong() : null,
        handle.info().startInstant().map(LocalStack::secondsSince).orElse(null));
  }

  private static Long secondsSince(Instant start) {
    return Duration.between(start, Instant.now()).toSeconds();
  }

  public Path log(Part part) {
    return settings.logs().resolve(part.id() + ".log");
  }

  private PidFile pidFile(Part part) {
    return PidFile.of(settings.home(), part);
  }

  Server server(Part part) {
    if (part == Part.ZIPKIN) {
      Path jar = settings.checkout().zipkinJar().orElseThrow(LocalStack::noZipkin);
      return zipkin(ServiceApp.unpack(jar, part.id(), settings.apps()));
    }
    return part.isService() ? service(part) : probe(part);
  }

  private static ServerException noZipkin() {
    return new ServerException("Zipkin is not here yet; ./attune up --trace fetches it.");
  }

  private Server zipkin(ServiceApp app) {
    StackPorts ports = settings.ports();
    Path folder = settings.home().resolve(Part.ZIPKIN.id());
    return new ZipkinServer(app, folder, ports.zipkin(), ports.zipkinOtlp());
  }

  private Server service(Part part) {
    Path jar = settings.checkout().serviceJar(part.module());
    return service(part, ServiceApp.unpack(jar, part.module(), settings.apps()));
  }

  private Server service(Part part, ServiceApp app) {
    return new ServiceServer(
        part,
        app,
        settings.home().resolve(part.id()),
        part.port(settings.ports()),
        part.managementPort(settings.ports()),
        ServiceEnvironment.of(settings, part));
  }

  /** Enough of the part to ask it, without unpacking its code. */
  private Server probe(Part part) {
    StackPorts ports = settings.ports();
    Path folder = settings.home().resolve(part.id());
    return switch (part) {
      case KAFKA ->
          new KafkaServer(
              settings.checkout().kafkaClassPath(), folder, ports.kafka(), ports.kafkaController());
      case REGISTRY -> new RegistryServer(settings.checkout().registry(), folder, ports.registry());
      case REDIS -> new RedisServer(folder, ports.redis());
      case ZIPKIN -> zipkin(ServiceApp.NOT_UNPACKED);
      case PROMETHEUS -> PrometheusServer.of(settings);
      case GATEWAY, RESPONSES, INFERENCE, STREAMS, CONSOLE ->
          service(part, ServiceApp.NOT_UNPACKED);
    };
  }

  // one earlier log is kept: a log that grows for ever fills the disk, and an emptied one hides
  // why the part died
  private static void rotate(Path log) {
    try {
      if (Files.exists(log) && Files.size(log) > 10_000_000) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
