package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A daemon thread that wakes at ticks only: a hedge for each call comes due, nearly always for one
 * that is answered, so one wake-up serves all calls of some milliseconds.
 */
final class TickTimer implements Timer {
  static final Duration TICK = Duration.ofMillis(5);

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dispatch-timer").factory());

  @Override
  public void after(Duration delay, Runnable task) {
    long nanos = untilTick(System.nanoTime(), delay);
    var unused = scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Nanoseconds from {@code now} to the first tick that is not before the delay's end. */
  static long untilTick(long now, Duration delay) {
    long tick = TICK.toNanos();
    return Math.ceilDiv(now + delay.toNanos(), tick) * tick - now;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
