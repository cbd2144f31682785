package dev.attune.system.scale;

import dev.attune.bench.WarmUp;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.http.LoadResult;
import dev.attune.bench.http.Requests;
import dev.attune.system.scale.WatchedPods.Look;
import java.net.InetSocketAddress;
import java.time.Duration;

/** As many requests as a service answers: each client sends its next one when it has an answer. */
@FunctionalInterface
public interface ClosedLoop {
  Duration PHASE = Duration.ofSeconds(3);
  Duration WINDOW = Duration.ofSeconds(10);
  int CONNECTIONS = 32;

  /** Answers a second in a load of this length. */
  double run(Duration length) throws InterruptedException;

  /** Over kept connections; every answer must be a success. */
  static ClosedLoop http(InetSocketAddress server, Requests requests) {
    return length -> {
      LoadResult result = new HttpLoad(server, CONNECTIONS, requests).closedLoop(length);
      if (result.failed() > 0) {
        throw new IllegalStateException(result.failed() + " requests were refused");
      }
      return result.perSecond();
    };
  }

  /** What pods do of it when they are warm. */
  default Throughput on(WatchedPods pods, double quota) throws InterruptedException {
    var unused = WarmUp.run(() -> uninterrupted(PHASE));
    Look before = pods.look();
    long began = System.nanoTime();
    var unusedToo = run(WINDOW);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return Throughput.during(pods.workload(), quota, before, pods.look(), took);
  }

  private double uninterrupted(Duration length) {
    try {
      return run(length);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
