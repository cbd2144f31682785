package dev.attune.system.pods;

import dev.attune.core.files.Folders;
import dev.attune.system.pods.PodSpec.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Plays rendered manifests on this machine. A pod is a container with an address of its own. A
 * Deployment or StatefulSet is rolled as {@link Rollout} says. A headless Service's name has its
 * ready pods' addresses; another Service has this machine's address on the pods' bridge, which
 * leads to them ({@link ServicePort}). {@link Pod} does what a node does, {@link Manifests} says
 * what is not played.
 *
 * <p>A bridge, and not this machine's own network: pods of one kind have the same ports, and podman
 * as root needs nothing for it that is not installed with it. A name server of our own, and not
 * podman's: that one knows aliases, not whether a pod is ready.
 *
 * <p>All of it needs root, podman with runc, and the command {@code ip}.
 */
public final class Conductor implements AutoCloseable {
  static final String NAMESPACE = "chat";

  /** Within it a pod is ready, or the rollout halts. */
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  /** Before a Job is tried again. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

  private final Path folder;
  private final Podman podman;
  private final PodNetwork network;
  private final ServiceTable services;
  private final PodOptions options;
  private final Map<String, Manifests> releases = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> secrets = new ConcurrentHashMap<>();
  private final Map<String, Rollout> rollouts = new ConcurrentHashMap<>();
  final List<Pod> pods = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::closeAtOnce, "pods-end");

  /**
   * @param folder of claims, the pods' volumes and logs; emptied
   */
  public Conductor(Path folder, Podman podman) throws IOException, InterruptedException {
    this.folder = folder;
    this.podman = podman;
    Folders.delete(folder);
    podman.run("rm", "--all", "--force", "--time=0").succeeded();
    this.network = new PodNetwork(podman);
    this.services = new ServiceTable(NAMESPACE, pods);
    this.options = new PodOptions(folder, NAMESPACE, this::entries);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * A pod that does nothing, to see whether one can run.
   *
   * @throws IllegalStateException with what podman said if not
   */
  public void runNothing(String image) throws IOException, InterruptedException {
    var ended =
        podman
            .run("run", "--rm", "--network=" + PodNetwork.NAME, "--memory=64m", image, "sleep", "0")
            .succeeded();
  }

  /** A Secret that manifests only name. */
  public void secret(String name, Map<String, String> entries) {
    secrets.put(name, Map.copyOf(entries));
  }

  /** The folder of a volume's claim. */
  public Path claim(String name) throws IOException {
    return options.claim(name);
  }

  /** Where a Service with an address of its own is reached. */
  public static String address() {
    return PodNetwork.machine().getHostAddress();
  }

  /** Of the pods that start first. */
  public static List<String> firstAddresses(int count) {
    return PodNetwork.firstAddresses(count);
  }

  /**
   * As {@code helm upgrade --install --wait}: returns when all is as the manifests say.
   *
   * @param objects all of the release
   */
  public void apply(String release, Collection<Map<String, Object>> objects)
      throws IOException, InterruptedException {
    apply(release, objects, TIMEOUT);
  }

  /**
   * The same, with a {@code --timeout}.
   *
   * @param timeout within it a pod is ready, or its workload's rollout halts where it is
   * @throws IllegalStateException when one has halted and the others are done; its cause says
   *     which, with the pod's log
   */
  public void apply(String release, Collection<Map<String, Object>> objects, Duration timeout)
      throws IOException, InterruptedException {
    var manifests = new Manifests(objects);
    String moment = releases.containsKey(release) ? "upgrade" : "install";
    Manifests before = releases.getOrDefault(release, new Manifests());
    // before anything of the release is there, or beside what was there
    run(manifests, "pre-" + moment);
    releases.put(release, manifests);
    services.serve(release, manifests.services);
    roll(before, manifests, timeout);
    run(manifests, "post-" + moment);
  }

  private void run(Manifests manifests, String moment) throws IOException, InterruptedException {
    for (Task task : manifests.tasksAt(moment)) {
      var unused = run(task);
    }
  }

  private String run(Task task) throws IOException, InterruptedException {
    return pod(task.name(), task.pod(), Map.of()).runToItsEnd();
  }

  /** Runs a CronJob's job now; what it printed. */
  public String runNow(String release, String schedule) throws IOException, InterruptedException {
    return run(Objects.requireNonNull(release(release).schedules.get(schedule)));
  }

  private Manifests release(String name) {
    return Objects.requireNonNull(releases.get(name));
  }

  /** Kinds of a release's objects that are not played. */
  public Collection<String> notPlayed(String release) {
    return release(release).skipped();
  }

  /** All workloads at once, as a cluster does it, and what is left of the Jobs beside them. */
  private void roll(Manifests before, Manifests now, Duration timeout)
      throws IOException, InterruptedException {
    List<Task> owed = failedAtOnce(now.tasksAt(""));
    var parts = new LinkedHashMap<String, Runnable>();
    owed.forEach(task -> parts.put("job-" + task.name(), () -> tryAgain(task)));
    for (Workload workload : now.workloads.values()) {
      Rollout rollout = rollouts.computeIfAbsent(workload.name(), _ -> new Rollout(this));
      parts.put("rollout-" + workload.name(), () -> rollout.to(workload, timeout));
    }
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    var builder = Thread.ofPlatform().uncaughtExceptionHandler((_, e) -> failures.add(e));
    List<Thread> threads = new ArrayList<>();
    parts.forEach((name, part) -> threads.add(builder.name(name).start(part)));
    for (Thread thread : threads) {
      thread.join();
    }
    for (String gone : before.workloads.keySet()) {
      if (!now.workloads.containsKey(gone)) {
        Objects.requireNonNull(rollouts.remove(gone)).end();
      }
    }
    if (!failures.isEmpty()) {
      var failed = new IllegalStateException("the rollout failed", failures.removeFirst());
      failures.forEach(failed::addSuppressed);
      throw failed;
    }
  }

  /** A Job may need nothing of the workloads, or have to wait for them. */
  private List<Task> failedAtOnce(List<Task> tasks) throws IOException, InterruptedException {
    var failed = new ArrayList<Task>();
    for (Task task : tasks) {
      try {
        var unused = run(task);
      } catch (IllegalStateException e) {
        failed.add(task);
      }
    }
    return failed;
  }

  /** After times that double, as a cluster does it. */
  private void tryAgain(Task task) {
    Duration pause = FIRST_PAUSE;
    try {
      for (int retry = 1; ; retry++) {
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
        try {
          var unused = run(task);
          return;
        } catch (IllegalStateException e) {
          if (retry >= task.retries()) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Pod pod(String name, PodSpec spec, Map<String, String> labels) {
    return new Pod(name, network.next(), spec, labels, podman, options, folder.resolve("logs"));
  }

  private Map<String, String> entries(Kind kind, String name) {
    var all = new LinkedHashMap<String, Map<String, String>>();
    for (Manifests release : releases.values()) {
      all.putAll(kind == Kind.SECRET ? release.secrets : release.configMaps);
    }
    if (kind == Kind.SECRET) {
      all.putAll(secrets);
    }
    return Objects.requireNonNull(all.get(name), () -> kind + " " + name + " is missing");
  }

  /** Pods of a workload, as they are named. */
  public List<String> pods(String workload) {
    return pods.stream()
        .map(pod -> pod.name)
        .filter(name -> name.startsWith(workload + "-"))
        .sorted()
        .toList();
  }

  /** Of a pod, at this moment. */
  public String addressOf(String pod) {
    return pods.stream()
        .filter(found -> found.name.equals(pod))
        .findFirst()
        .map(found -> found.address)
        .orElseThrow();
  }

  /** The number of a pod's first process, at this moment. */
  public long processOf(String pod) {
    return pods.stream()
        .filter(found -> found.name.equals(pod))
        .findFirst()
        .map(Pod::process)
        .orElseThrow();
  }

  /**
   * Loses a pod without a farewell, as if its node were gone.
   *
   * @param pod the workload's one of the highest ordinal; the next {@link #apply} starts it again
   */
  public void lose(String workload, String pod) throws IOException, InterruptedException {
    Objects.requireNonNull(rollouts.get(workload)).lose(pod);
  }

  /** What a pod has printed since its container started. */
  public String logOf(String pod) throws IOException, InterruptedException {
    return pods.stream().filter(found -> found.name.equals(pod)).findFirst().orElseThrow().log();
  }

  public List<String> restarted() {
    return pods.stream().filter(pod -> pod.restarts() > 0).map(pod -> pod.name).toList();
  }

  /** Pods that had to be killed because they did not end in their time. */
  public List<String> killed() {
    return rollouts.values().stream().flatMap(rollout -> rollout.killed().stream()).toList();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    closeAtOnce();
  }

  private void closeAtOnce() {
    try {
      for (Pod pod : pods) {
        pod.kill();
      }
      services.close();
      network.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
