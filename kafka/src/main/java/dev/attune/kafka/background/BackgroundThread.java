package dev.attune.kafka.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that works until it is told to stop: its work looks at {@link #isStopping} or
 * waits by {@link #pause}, so that nothing has to be interrupted. Starts and stops once. A subclass
 * in a service is a {@code SmartLifecycle} by these very methods.
 */
public abstract class BackgroundThread {
  private static final Logger log = LoggerFactory.getLogger(BackgroundThread.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Duration longestStop;
  private final Thread thread;

  protected BackgroundThread(String name) {
    this(name, LONGEST_STOP);
  }

  /**
   * @param longestStop how long {@link #stop} waits for the work's end
   */
  protected BackgroundThread(String name, Duration longestStop) {
    this.longestStop = longestStop;
    this.thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .uncaughtExceptionHandler(
                (_, e) -> log.error("{} has ended, and a restart begins it again", name, e))
            .unstarted(this::run);
  }

  /** The work, on the thread. What it throws ends it, which is logged. */
  protected abstract void run();

  public void start() {
    thread.start();
  }

  /** Tells the work to stop and waits for it, up to 5 s by default. */
  public void stop() {
    stopping.countDown();
    try {
      var unused = thread.join(longestStop);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The same beside what else is stopped now: several threads end in the time of the slowest.
   *
   * @param stopped is called in the end
   */
  public void stop(Runnable stopped) {
    var unused =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    stop();
                  } finally {
                    stopped.run();
                  }
                });
  }

  public final boolean isRunning() {
    return thread.isAlive() && !isStopping();
  }

  protected final boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Waits; true at once when it is time to stop. */
  protected final boolean pause(Duration duration) {
    try {
      return stopping.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }
}
