package dev.attune.system.pods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Brings the pods of one workload to what its manifest says. Of a Deployment, a new pod is ready
 * before an old one is told to end. Of a StatefulSet, one pod at a time is replaced, the one of the
 * highest ordinal first; the first time all start at once.
 */
final class Rollout {
  private static final long POLL_MILLIS = 50;

  private final Conductor conductor;
  private final List<Pod> pods = new ArrayList<>();
  private final Map<Pod, Object> templates = new IdentityHashMap<>();
  private final List<Thread> endings = new ArrayList<>();
  private final List<String> killed = new CopyOnWriteArrayList<>();
  private int made;

  Rollout(Conductor conductor) {
    this.conductor = conductor;
  }

  /**
   * Returns when every pod is of this template and ready, and the others have ended.
   *
   * @throws IllegalStateException if a pod is not ready in time; it stays, and so do those that
   *     would have come after it
   */
  synchronized void to(Workload next, Duration timeout) {
    try {
      List<Pod> old =
          pods.stream().filter(pod -> !next.template().equals(templates.get(pod))).toList();
      if (next.stateful()) {
        replaceInPlace(next, old, timeout);
      } else {
        replaceBeside(next, old, timeout);
      }
      scale(next, timeout);
      for (Thread ending : endings) {
        ending.join();
      }
      endings.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void replaceBeside(Workload next, List<Pod> old, Duration timeout)
      throws IOException, InterruptedException {
    for (int i = 0; i < old.size(); i++) {
      if (i < next.replicas()) {
        awaitReady(start(next, next.name() + "-" + made++), timeout);
      }
      end(old.get(i));
    }
  }

  private void replaceInPlace(Workload next, List<Pod> old, Duration timeout)
      throws IOException, InterruptedException {
    for (Pod pod : old.reversed()) {
      end(pod);
      endings.removeLast().join();
      awaitReady(start(next, pod.name), timeout);
    }
  }

  /** The first pods, and those of another number of replicas. */
  private void scale(Workload next, Duration timeout) throws IOException, InterruptedException {
    List<Pod> started = new ArrayList<>();
    while (pods.size() < next.replicas()) {
      int number = next.stateful() ? pods.size() : made++;
      started.add(start(next, next.name() + "-" + number));
    }
    for (Pod pod : started) {
      awaitReady(pod, timeout);
    }
    while (pods.size() > next.replicas()) {
      end(pods.getLast());
    }
  }

  private Pod start(Workload workload, String name) throws IOException, InterruptedException {
    Pod pod = conductor.pod(name, workload.podOf(name), workload.labels());
    pod.start();
    templates.put(pod, workload.template());
    pods.add(pod);
    pods.sort((a, b) -> a.name.compareTo(b.name));
    conductor.pods.add(pod);
    return pod;
  }

  private static void awaitReady(Pod pod, Duration timeout)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!pod.isReady()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(pod.name + " is not ready: " + pod.log());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Goes on while it ends: nobody waits for that but the pod of its own name. */
  private void end(Pod pod) {
    forget(pod);
    endings.add(Thread.ofVirtual().start(() -> endNow(pod)));
  }

  private void forget(Pod pod) {
    pods.remove(pod);
    templates.remove(pod);
  }

  private void endNow(Pod pod) {
    try {
      if (!pod.end()) {
        killed.add(pod.name);
      }
      conductor.pods.remove(pod);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without a farewell; until the next rollout nothing takes its place. */
  synchronized void lose(String name) throws IOException, InterruptedException {
    Pod pod = pods.getLast();
    if (!pod.name.equals(name)) {
      throw new IllegalArgumentException(name + " is not the last one");
    }
    forget(pod);
    pod.kill();
    conductor.pods.remove(pod);
  }

  /** All its pods. */
  synchronized void end() throws InterruptedException {
    List.copyOf(pods).forEach(this::end);
    for (Thread ending : endings) {
      ending.join();
    }
  }

  List<String> killed() {
    return killed;
  }
}
