package dev.attune.system.scale;

import dev.attune.bench.WarmUp;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.http.Requests;
import dev.attune.system.scale.WatchedPods.Look;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** As many requests as a service answers: each client sends its next one when it has an answer. */
@FunctionalInterface
public interface ClosedLoop {
  /** Long enough for a fifth of a processor to compile something. */
  Duration PHASE = Duration.ofSeconds(10);

  Duration WINDOW = Duration.ofSeconds(10);
  int WINDOWS = 3;

  /** For each pod: with fewer requests at a time it would send smaller batches on. */
  int CONNECTIONS = 32;

  /** Answers a second in a load of this length. */
  double run(Duration length) throws InterruptedException;

  /** Over kept connections; every answer must be a success. */
  static ClosedLoop http(InetSocketAddress server, int pods, Requests requests) {
    return length ->
        new HttpLoad(server, pods * CONNECTIONS, requests)
            .closedLoop(length)
            .complete()
            .perSecond();
  }

  /** All at once; what they make together. */
  static ClosedLoop together(List<ClosedLoop> loops) {
    return length -> {
      List<Callable<Double>> runs = new ArrayList<>();
      loops.forEach(loop -> runs.add(() -> loop.run(length)));
      try (ExecutorService executor = Executors.newFixedThreadPool(loops.size())) {
        double perSecond = 0;
        for (Future<Double> run : executor.invokeAll(runs)) {
          perSecond += run.get();
        }
        return perSecond;
      } catch (ExecutionException e) {
        throw new IllegalStateException("a load failed", e);
      }
    };
  }

  /**
   * What one pod does, and what all do.
   *
   * @param one of a load on the first alone
   */
  record InTurns(Throughput one, Throughput all) {}

  /**
   * The best window of one pod and of all, when all are warm: one that came later than others
   * compiles longer. In turns, since the machine's speed changes from minute to minute; and what
   * else it does can only slow them down.
   *
   * @param one loads the first pod alone
   */
  static InTurns inTurns(ClosedLoop one, ClosedLoop all, WatchedPods pods, double quota)
      throws InterruptedException {
    var unused = WarmUp.run(() -> all.slowest(pods, quota));
    List<Throughput> alone = new ArrayList<>();
    List<Throughput> together = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      alone.add(one.measured(pods.first(), quota));
      together.add(all.measured(pods, quota));
    }
    return new InTurns(best(alone), best(together));
  }

  private static Throughput best(List<Throughput> windows) {
    return Collections.max(windows, Comparator.comparingDouble(Throughput::perSecond));
  }

  /** What the pods do in a window of this load. */
  default Throughput measured(WatchedPods pods, double quota) throws InterruptedException {
    return measured(pods, quota, WINDOW);
  }

  private double slowest(WatchedPods pods, double quota) {
    try {
      return measured(pods, quota, PHASE).leastPerSecond();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Throughput measured(WatchedPods pods, double quota, Duration length)
      throws InterruptedException {
    Look before = pods.look();
    long began = System.nanoTime();
    var unused = run(length);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return Throughput.during(pods.workload(), quota, before, pods.look(), took);
  }
}
