package dev.attune.streams.dispatch;

import java.util.function.Consumer;

/** The asynchronous call, a port of this package: an RPC, a database write. */
@FunctionalInterface
public interface Call<R> {

  /**
   * Starts the call and returns without waiting. Must give exactly one answer, on any thread,
   * within a deadline of its own: a call that never answers keeps its place in the window. A thrown
   * exception counts as {@link Verdict#UNAVAILABLE}.
   *
   * @param attempt 0 for the first try of a request, then rising; a hedge has an attempt of its
   *     own, so that a port with several targets can choose another one
   */
  void start(R request, int attempt, Consumer<Verdict> answer);
}
