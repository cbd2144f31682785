package dev.attune.console.curves;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Looks at all that is polled, each at its interval, so that none waits for another. */
@Component
class Poller implements SmartLifecycle {
  private final List<Polled> all;
  private @Nullable ScheduledExecutorService looks;

  Poller(List<Polled> all) {
    this.all = List.copyOf(all);
  }

  private static void look(Polled polled, Gaps gaps) {
    try {
      polled.look(gaps);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      // a schedule ends at the first failure
      gaps.add(polled.subject(), e);
    }
    gaps.next();
  }

  @Override
  public void start() {
    ScheduledExecutorService begun =
        Executors.newScheduledThreadPool(
            all.size(), Thread.ofVirtual().name("poller-", 0).factory());
    looks = begun;
    for (Polled polled : all) {
      var gaps = new Gaps();
      long millis = polled.interval().toMillis();
      var unused =
          begun.scheduleWithFixedDelay(
              () -> look(polled, gaps), millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void stop() {
    ScheduledExecutorService running = looks;
    looks = null;
    if (running != null) {
      running.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return looks != null;
  }
}
