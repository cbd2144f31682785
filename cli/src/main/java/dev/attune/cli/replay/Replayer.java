package dev.attune.cli.replay;

import dev.attune.local.client.GatewayClient;
import dev.attune.training.events.EventFile;
import dev.attune.training.events.FileEvent;
import dev.attune.training.events.TimeRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Sends a file's events through the gateway in batches. A user's events all go through one lane,
 * and a lane sends one batch after the other, so that they keep the file's order however often a
 * batch has to be repeated; ids make repeated events count once.
 */
final class Replayer {
  private static final int LANES = 8;
  private static final int QUEUE = 2_000;
  private static final int BATCH = 250;

  private final GatewayClient gateway;
  private final SendTotals sent;

  Replayer(GatewayClient gateway, SendTotals sent) {
    this.gateway = gateway;
    this.sent = sent;
  }

  /** Returns when the gateway has answered for every event. */
  void run(EventFile file, TimeRange span, ReplaySpeed speed) throws InterruptedException {
    List<Lane> lanes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < LANES; i++) {
        var lane = new Lane();
        lane.done = CompletableFuture.runAsync(lane, threads);
        lanes.add(lane);
      }
      try {
        var clock = new HistoryClock(speed);
        file.read(
            event -> {
              if (span.contains(event.occurredAt())) {
                clock.awaitDue(event.occurredAt());
                lanes.get(Math.floorMod(event.userId().hashCode(), LANES)).put(event);
              }
            });
      } finally {
        lanes.forEach(lane -> lane.ended = true);
      }
    }
    lanes.forEach(Replayer::join);
  }

  private static void join(Lane lane) {
    try {
      lane.done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private final class Lane implements Runnable {
    private final BlockingQueue<FileEvent> waiting = new ArrayBlockingQueue<>(QUEUE);
    private CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean ended;

    void put(FileEvent event) throws InterruptedException {
      while (!waiting.offer(event, 100, TimeUnit.MILLISECONDS)) {
        if (done.isDone()) {
          join(this);
          throw new CancellationException();
        }
      }
    }

    @Override
    public void run() {
      List<FileEvent> batch = new ArrayList<>(BATCH);
      try {
        while (!ended || !waiting.isEmpty()) {
          FileEvent first = waiting.poll(20, TimeUnit.MILLISECONDS);
          if (first != null) {
            batch.add(first);
            waiting.drainTo(batch, BATCH - 1);
            sent.add(batch.size(), gateway.send(batch.stream().map(FileEvent::line).toList()));
            batch.clear();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Holds events back until they are due. */
  private static final class HistoryClock {
    private final ReplaySpeed speed;
    private final long began = System.nanoTime();
    private long first = Long.MIN_VALUE;

    HistoryClock(ReplaySpeed speed) {
      this.speed = speed;
    }

    void awaitDue(long occurredAt) throws InterruptedException {
      if (first == Long.MIN_VALUE) {
        first = occurredAt;
      }
      Duration wait =
          speed.due(occurredAt - first).minus(Duration.ofNanos(System.nanoTime() - began));
      if (wait.isPositive()) {
        Thread.sleep(wait);
      }
    }
  }
}
