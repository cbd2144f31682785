package dev.attune.system.pods;

import dev.attune.core.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * One container, treated as a cluster's node treats it: started, asked by its probes, started again
 * when it ends by itself or does not live, and ended by its {@code preStop} command, then SIGTERM,
 * and SIGKILL when its time is up.
 */
final class Pod {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of a process that SIGKILL ended. */
  private static final int KILLED = 137;

  final String name;
  final String address;
  final PodSpec spec;
  final Map<String, String> labels;
  private final Podman podman;
  private final PodOptions options;
  private final Path logs;
  private volatile boolean ready;
  private volatile boolean ending;
  private volatile int restarts;
  private volatile int pid;
  private volatile long endsSince;

  /** What is to be done with a pod, once. */
  private enum Verdict {
    FINE,
    RESTART
  }

  Pod(
      String name,
      String address,
      PodSpec spec,
      Map<String, String> labels,
      Podman podman,
      PodOptions options,
      Path logs) {
    this.name = name;
    this.address = address;
    this.spec = spec;
    this.labels = labels;
    this.podman = podman;
    this.options = options;
    this.logs = logs;
  }

  void start() throws IOException, InterruptedException {
    Folders.delete(options.own(name));
    podman.run(command("--detach")).succeeded();
    podman.shareFairly();
    pid = pid();
    var unused = Thread.ofVirtual().name("node-" + name).start(this::watch);
  }

  /** Runs it to its end; what it printed. */
  String runToItsEnd() throws IOException, InterruptedException {
    Folders.delete(options.own(name));
    Podman.Ended ended = podman.run(command("--rm"));
    Folders.delete(options.own(name));
    if (ended.status() != 0) {
      throw new IllegalStateException(name + " failed: " + ended.printed());
    }
    return ended.printed();
  }

  private List<String> command(String manner) throws IOException {
    Map<String, String> variables = options.environment(name, address, spec);
    var command = new ArrayList<>(List.of("run", manner));
    command.addAll(options.of(name, address, spec, variables));
    if (!spec.command().isEmpty()) {
      List<String> words = PodOptions.expanded(spec.command(), variables);
      command.add("--entrypoint=" + JsonMapper.shared().writeValueAsString(words));
    }
    command.add(spec.image());
    command.addAll(PodOptions.expanded(spec.arguments(), variables));
    return command;
  }

  private int pid() throws IOException, InterruptedException {
    return Integer.parseInt(inspected("{{.State.Pid}}"));
  }

  private String inspected(String format) throws IOException, InterruptedException {
    return podman.run("inspect", "--format=" + format, name).succeeded().printed();
  }

  private boolean runs() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private void watch() {
    try {
      while (!ending) {
        if (live() == Verdict.RESTART) {
          restart();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From the start of a container to its end. */
  private Verdict live() {
    var startup = new Asked(spec.startup());
    var liveness = new Asked(spec.liveness());
    var readiness = new Asked(spec.readiness());
    while (!ending) {
      if (!runs()) {
        return Verdict.RESTART;
      }
      if (startup.holds) {
        liveness.ask();
        readiness.ask();
        ready = readiness.holds;
      } else {
        startup.ask();
      }
      if (startup.failed || liveness.failed) {
        return Verdict.RESTART;
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
    return Verdict.FINE;
  }

  private void restart() throws IOException, InterruptedException {
    ready = false;
    restarts++;
    keepLog();
    var stopped = podman.run("stop", "--time=" + spec.graceSeconds(), name);
    if (!ending) {
      podman.run("start", name).succeeded();
      pid = pid();
    }
  }

  /** A probe's state; without one all is well from the beginning. */
  private final class Asked {
    private final Optional<Probe> probe;
    private boolean holds;
    private boolean failed;
    private int failures;
    private long next = System.nanoTime();

    Asked(Optional<Probe> probe) {
      this.probe = probe;
      this.holds = probe.isEmpty();
    }

    private void ask() {
      if (probe.isEmpty() || System.nanoTime() < next) {
        return;
      }
      next = System.nanoTime() + probe.get().period().toNanos();
      failures = probe.get().succeeds(address) ? 0 : failures + 1;
      failed = failures >= probe.get().failures();
      holds = failures == 0 || (holds && !failed);
    }
  }

  /** Ready, and not about to end. */
  boolean isReady() {
    return ready && !ending;
  }

  /** Whether clients are still led to it: who leads them learns a moment later that it ends. */
  boolean isOffered() {
    return ready && (!ending || System.nanoTime() - endsSince < LAG_NANOS);
  }

  long process() {
    return pid;
  }

  int restarts() {
    return restarts;
  }

  /**
   * Ends it as a cluster does.
   *
   * @return whether it ended by itself within its time
   */
  boolean end() throws IOException, InterruptedException {
    endsSince = System.nanoTime();
    ending = true;
    if (!spec.preStop().isEmpty()) {
      var command = new ArrayList<>(List.of("exec", name));
      command.addAll(spec.preStop());
      podman.run(command).succeeded();
    }
    long took = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - endsSince);
    var stopped = podman.run("stop", "--time=" + (spec.graceSeconds() - took), name).succeeded();
    boolean byItself = Integer.parseInt(inspected("{{.State.ExitCode}}")) != KILLED;
    remove();
    return byItself;
  }

  /** Without a farewell. */
  void kill() throws IOException, InterruptedException {
    ending = true;
    remove();
  }

  private void remove() throws IOException, InterruptedException {
    keepLog();
    var removed = podman.run("rm", "--force", "--time=0", name);
    Folders.delete(options.own(name));
  }

  private void keepLog() throws IOException, InterruptedException {
    Files.createDirectories(logs);
    Files.writeString(logs.resolve(name + "-" + address + ".log"), log());
  }

  String log() throws IOException, InterruptedException {
    return podman.run("logs", name).printed();
  }
}
