package dev.attune.streams.dispatch;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Time, chance and locks of a dispatcher. A test has its own: it lets time pass at once, and other
 * threads' steps happen wherever a lock is taken or given back.
 *
 * @param nanoTime as {@link System#nanoTime}
 * @param random from 0 to 1
 * @param locks one for each lane
 */
record DispatcherEnvironment(
    LongSupplier nanoTime, DoubleSupplier random, Timer timer, Supplier<ReentrantLock> locks) {
  static DispatcherEnvironment real() {
    return new DispatcherEnvironment(
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble(),
        new TickTimer(),
        ReentrantLock::new);
  }
}
