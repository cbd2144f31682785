package dev.attune.kafka.registry;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few reusable working objects shared by any number of threads. A thread takes the one in its
 * slot, or a new one when another thread has it, and puts it back after use; no thread waits and
 * none is tied to an object, as with thread locals, which would cost one a virtual thread.
 */
final class ObjectPool<T> {
  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable T> slots = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> factory;

  ObjectPool(Supplier<T> factory) {
    this.factory = factory;
  }

  T take() {
    T free = slots.getAndSet(slot(), null);
    return free != null ? free : factory.get();
  }

  /** Only after a success: what failed may hold the rest of another record. */
  void giveBack(T used) {
    slots.setRelease(slot(), used);
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (SLOTS - 1);
  }
}
