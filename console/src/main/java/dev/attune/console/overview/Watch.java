package dev.attune.console.overview;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Looks at the services: every 2 s while somebody watches, else every 10 s, so that there is
 * history when somebody comes. Adds a sample a minute to the ring.
 */
@Component
class Watch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final long WATCHED_NANOS = 2_000_000_000L;
  private static final long ALONE_NANOS = 10_000_000_000L;

  private final ServiceClient client;
  private final HistoryRing history;
  private final Sinks.Many<Overview> news = Sinks.many().replay().latest();
  private final AtomicInteger watchers = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Window window = new Window();
  private volatile @Nullable Thread thread;
  private long sampledMinute;

  Watch(ServiceClient client, HistorySettings settings) {
    this.client = client;
    this.history =
        settings.file().isEmpty()
            ? HistoryRing.inMemory()
            : HistoryRing.in(Path.of(settings.file()));
  }

  HistoryRing history() {
    return history;
  }

  /** The newest at once, then each as it comes. */
  Flux<Overview> follow() {
    return news.asFlux()
        .doOnSubscribe(
            _ -> {
              watchers.incrementAndGet();
              wake();
            })
        .doFinally(_ -> watchers.decrementAndGet());
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (thread != null) {
      long began = System.nanoTime();
      try {
        look();
      } catch (RuntimeException e) {
        log.warn("could not look at the services: {}", e.toString());
      }
      await(began);
    }
  }

  private void look() {
    Look look = client.look();
    window.add(look);
    long minute = look.atMillis() / 1000 / HistoryRing.STEP_SECONDS;
    if (sampledMinute == 0) {
      sampledMinute = minute;
    } else if (minute > sampledMinute) {
      sampledMinute = minute;
      keep(window.sample());
    }
    var unused = news.tryEmitNext(window.overview());
  }

  private void keep(Sample sample) {
    try {
      history.add(sample);
    } catch (UncheckedIOException e) {
      log.warn("a minute of history is in memory only: {}", e.getMessage());
    }
  }

  /** Until the next look is due, which is sooner when somebody comes to watch. */
  private void await(long began) {
    lock.lock();
    try {
      while (thread != null) {
        long period = watchers.get() > 0 ? WATCHED_NANOS : ALONE_NANOS;
        long left = began + period - System.nanoTime();
        if (left <= 0) {
          return;
        }
        var unused = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      thread = null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start() {
    thread = Thread.ofVirtual().name("overview").unstarted(this::run);
    Thread begun = thread;
    if (begun != null) {
      begun.start();
    }
  }

  @Override
  public void stop() {
    Thread running = thread;
    thread = null;
    wake();
    // pages that watch end here, not by the limit for requests that are open
    var unused = news.tryEmitComplete();
    if (running != null) {
      try {
        running.join(java.time.Duration.ofSeconds(3));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    history.close();
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
