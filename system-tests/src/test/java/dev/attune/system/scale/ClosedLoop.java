package dev.attune.system.scale;

import dev.attune.bench.WarmUp;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.http.Requests;
import dev.attune.system.scale.WatchedPods.Look;
import java.net.InetSocketAddress;
import java.time.Duration;

/** As many requests as a service answers: each client sends its next one when it has an answer. */
@FunctionalInterface
public interface ClosedLoop {
  /** Long enough for a fifth of a processor to compile something. */
  Duration PHASE = Duration.ofSeconds(10);

  Duration WINDOW = Duration.ofSeconds(10);
  int WINDOWS = 3;
  int CONNECTIONS = 32;

  /** Answers a second in a load of this length. */
  double run(Duration length) throws InterruptedException;

  /** Over kept connections; every answer must be a success. */
  static ClosedLoop http(InetSocketAddress server, Requests requests) {
    return length ->
        new HttpLoad(server, CONNECTIONS, requests).closedLoop(length).complete().perSecond();
  }

  /**
   * What pods do of it when all are warm: one that came later than others compiles longer. The best
   * of some windows, since what else the machine does can only slow them down.
   */
  default Throughput on(WatchedPods pods, double quota) throws InterruptedException {
    var unused = WarmUp.run(() -> slowest(pods, quota));
    Throughput best = measured(pods, quota, WINDOW);
    for (int window = 1; window < WINDOWS; window++) {
      Throughput next = measured(pods, quota, WINDOW);
      best = next.perSecond() > best.perSecond() ? next : best;
    }
    return best;
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
