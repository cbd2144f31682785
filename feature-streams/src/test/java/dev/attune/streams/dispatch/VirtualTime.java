package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.Comparator;
import java.util.Date;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Time that passes at once: what is due meanwhile runs, on the one thread there is. */
public final class VirtualTime {
  private record Due(long at, long order, Runnable task) {}

  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
  private long now;
  private long scheduled;

  /** Nanoseconds. */
  public long now() {
    return now;
  }

  public void after(Duration delay, Runnable task) {
    due.add(new Due(now + delay.toNanos(), scheduled++, task));
  }

  public void pass(Duration span) {
    long end = now + span.toNanos();
    while (now < end) {
      passUntilNext(end);
    }
  }

  /** Until something was due, or the end. */
  void passUntilNext(long end) {
    Due next = due.peek();
    if (next == null || next.at() > end) {
      now = end;
      return;
    }
    due.remove();
    now = Math.max(now, next.at());
    next.task().run();
  }

  /** A lock whose holder doesn't block while it waits for a signal: time passes. */
  final class Lock extends ReentrantLock {
    @Override
    public Condition newCondition() {
      return new Signal(this);
    }
  }

  private final class Signal implements Condition {
    private final ReentrantLock lock;
    private boolean signalled;

    Signal(ReentrantLock lock) {
      this.lock = lock;
    }

    @Override
    public long awaitNanos(long nanos) {
      long end = now + nanos;
      signalled = false;
      lock.unlock();
      while (!signalled && now < end) {
        passUntilNext(end);
      }
      lock.lock();
      return end - now;
    }

    @Override
    public void signal() {
      signalled = true;
    }

    @Override
    public void signalAll() {
      signalled = true;
    }

    @Override
    public void await() {
      throw new UnsupportedOperationException("nothing may wait for ever");
    }

    @Override
    public void awaitUninterruptibly() {
      await();
    }

    @Override
    public boolean await(long time, TimeUnit unit) {
      return awaitNanos(unit.toNanos(time)) > 0;
    }

    @Override
    public boolean awaitUntil(Date deadline) {
      throw new UnsupportedOperationException("virtual time has no dates");
    }
  }
}
