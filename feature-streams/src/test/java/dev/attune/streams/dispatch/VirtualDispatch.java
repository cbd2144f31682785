package dev.attune.streams.dispatch;

import java.util.function.DoubleSupplier;

/** For tests of other packages: the dispatcher and the barrier of production in virtual time. */
public final class VirtualDispatch {
  private VirtualDispatch() {}

  public static CommitBarrier barrier(DispatchSettings settings, VirtualTime time) {
    return new CommitBarrier(settings.barrierLimit(), settings.submitLimit(), _ -> {}, time::now);
  }

  /**
   * @param random from 0 to 1
   */
  public static <K, R> Dispatcher<K, R> dispatcher(
      DispatchSettings settings,
      Replicas<R> replicas,
      CommitBarrier barrier,
      VirtualTime time,
      DoubleSupplier random) {
    return new Dispatcher<>(
        settings,
        replicas,
        barrier,
        new DispatcherEnvironment(time::now, random, time::after, () -> time.new Lock()));
  }
}
