package dev.attune.system.scale;

import dev.attune.bench.server.BenchServer;
import dev.attune.bench.server.Prometheus;
import dev.attune.system.pods.Conductor;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Pods of one workload: what each has done by its own metrics, and the processor time of its
 * process, which is all of the container.
 *
 * @param management port of health and metrics
 * @param metric counts what is done
 */
public record WatchedPods(
    Conductor conductor, String workload, List<String> pods, int management, String metric) {
  /** All that a workload has now. */
  public static WatchedPods of(
      Conductor conductor, String workload, int management, String metric) {
    return new WatchedPods(conductor, workload, conductor.pods(workload), management, metric);
  }

  /** The first of them alone. */
  public WatchedPods first() {
    return new WatchedPods(conductor, workload, pods.subList(0, 1), management, metric);
  }

  /** All pods at one moment. */
  public record Look(long nanos, Map<String, Done> pods) {}

  /**
   * Since a pod's start.
   *
   * @param collecting when garbage was collected, and nothing else was done
   */
  record Done(double count, Duration processor, Duration collecting) {}

  /** Asks all at once, since a pod that is throttled takes its time to answer. */
  public Look look() throws InterruptedException {
    long nanos = System.nanoTime();
    List<Callable<Done>> asked = new ArrayList<>();
    pods.forEach(pod -> asked.add(() -> done(pod)));
    var found = new LinkedHashMap<String, Done>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Done>> answers = threads.invokeAll(asked);
      for (int i = 0; i < pods.size(); i++) {
        found.put(pods.get(i), answers.get(i).get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return new Look(nanos, found);
  }

  private Done done(String pod) {
    URI own = URI.create("http://" + conductor.addressOf(pod) + ":" + management);
    Duration processor = BenchServer.processorTime(conductor.processOf(pod));
    double collecting = Prometheus.count(own, "jvm_gc_pause_seconds_sum");
    return new Done(
        Prometheus.count(own, metric), processor, Duration.ofNanos((long) (collecting * 1e9)));
  }
}
