package dev.attune.inference.background;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A daemon thread that works until it is told to stop: its work looks at {@link #isStopping} or
 * waits by {@link #pause}, so that nothing has to be interrupted. Starts and stops once.
 */
public final class BackgroundThread {

  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  public BackgroundThread(String name, Runnable work) {
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(work);
  }

  public void start() {
    thread.start();
  }

  /** Tells the work to stop and waits up to 5 s for it. */
  public void stop() {
    stopping.countDown();
    try {
      var unused = thread.join(LONGEST_STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public boolean isRunning() {
    return thread.isAlive() && !isStopping();
  }

  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Waits; true at once when it is time to stop. */
  public boolean pause(Duration duration) {
    try {
      return stopping.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }
}
