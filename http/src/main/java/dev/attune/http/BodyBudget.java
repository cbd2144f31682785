package dev.attune.http;

import java.util.concurrent.Semaphore;

/** The memory that all bodies together may hold, in bytes. */
public final class BodyBudget {
  private final int size;
  private final Semaphore free;

  public BodyBudget(long bytes) {
    this.size = (int) Math.min(Integer.MAX_VALUE, bytes);
    this.free = new Semaphore(size);
  }

  boolean take(int bytes) {
    return free.tryAcquire(bytes);
  }

  void giveBack(int bytes) {
    free.release(bytes);
  }

  /** Bytes that are held now. */
  public int used() {
    return size - free.availablePermits();
  }
}
