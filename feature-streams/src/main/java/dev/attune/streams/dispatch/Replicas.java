package dev.attune.streams.dispatch;

import java.util.List;

/** The replicas that calls are spread over, any of which can take any call. */
@FunctionalInterface
public interface Replicas<R> extends AutoCloseable {
  /**
   * Those there are now; none is possible. An immutable list, on any thread. One that was there
   * before is the same object. One that is no longer there still answers what it is called with.
   */
  List<? extends Replica<R>> all();

  @Override
  default void close() {}

  static <R> Replicas<R> of(Replica<R> only) {
    List<Replica<R>> all = List.of(only);
    return () -> all;
  }
}
