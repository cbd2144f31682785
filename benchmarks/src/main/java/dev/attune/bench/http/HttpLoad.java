package dev.attune.bench.http;

import dev.attune.bench.BenchmarkException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * HTTP/1.1 load over kept connections, all served by one thread with a selector and no allocation a
 * request: it shares the processors with what it measures, so it must cost little.
 *
 * <p>Closed loop: each connection sends its next request when the last is answered; this finds the
 * most a server does. Open loop: requests are due at fixed moments whether or not the server keeps
 * up, and latency counts from when a request was due, so that waiting is not forgotten (no
 * coordinated omission).
 */
public final class HttpLoad {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long NAP_NANOS = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final InetSocketAddress server;
  private final int connections;
  private final Requests requests;
  private long nap = NAP_NANOS;

  public HttpLoad(InetSocketAddress server, int connections, Requests requests) {
    this.server = server;
    this.connections = connections;
    this.requests = requests;
  }

  /**
   * Looks for answers only when the next request is due: for who measures something else than how
   * long an answer takes, with few wake-ups.
   */
  public HttpLoad unhurried() {
    nap = Long.MAX_VALUE;
    return this;
  }

  /** As many requests as the server answers. */
  public LoadResult closedLoop(Duration duration) {
    return run(duration, 0);
  }

  /** Requests at a rate, evenly spread. */
  public LoadResult openLoop(Duration duration, double perSecond) {
    return run(duration, TimeUnit.SECONDS.toNanos(1) / perSecond);
  }

  private LoadResult run(Duration duration, double interval) {
    try (Selector selector = Selector.open()) {
      Run run = new Run(selector, interval);
      try {
        return run.go(duration);
      } finally {
        run.close();
      }
    } catch (IOException e) {
      throw new BenchmarkException("The server broke a connection under load: " + e, e);
    }
  }

  private final class Run {
    private final Selector selector;
    private final double interval;
    private final List<Connection> all = new ArrayList<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
    private long sent;
    private long failed;
    private long start;

    Run(Selector selector, double interval) throws IOException {
      this.selector = selector;
      this.interval = interval;
      for (int i = 0; i < connections; i++) {
        all.add(new Connection(server, selector));
      }
      idle.addAll(all);
    }

    LoadResult go(Duration duration) throws IOException {
      start = System.nanoTime();
      long end = start + duration.toNanos();
      long now = start;
      while (now < end) {
        sendDue(now);
        await(now);
        now = System.nanoTime();
      }
      long ended = System.nanoTime();
      LoadResult result =
          new LoadResult(
              latency.getTotalCount(), failed, Duration.ofNanos(ended - start), latency.copy());
      drain(ended + PATIENCE.toNanos());
      return result;
    }

    private void sendDue(long now) throws IOException {
      while (!idle.isEmpty() && due(sent) <= now) {
        long since = interval == 0 ? System.nanoTime() : due(sent);
        idle.removeFirst().send(requests, sent, since);
        sent++;
      }
    }

    private long due(long n) {
      return start + (long) (n * interval);
    }

    private void await(long now) throws IOException {
      long free = idle.isEmpty() ? Long.MAX_VALUE : due(sent) - now;
      if (free > TimeUnit.MILLISECONDS.toNanos(2)) {
        selector.select(1);
      } else if (selector.selectNow() == 0) {
        LockSupport.parkNanos(Math.min(nap, Math.max(free, 0)));
      }
      answer();
    }

    private void answer() throws IOException {
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) key.attachment();
        if (connection.proceed()) {
          long took = System.nanoTime() - connection.since();
          if (connection.succeeded()) {
            latency.recordValue(Math.min(took, LONGEST_NANOS));
          } else {
            failed++;
          }
          idle.addLast(connection);
        }
      }
      selector.selectedKeys().clear();
    }

    /** What is under way is answered before the connections close: the server's log stays clean. */
    private void drain(long deadline) throws IOException {
      while (idle.size() < all.size() && System.nanoTime() < deadline) {
        selector.select(10);
        answer();
      }
    }

    void close() throws IOException {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }
}
