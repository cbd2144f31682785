package dev.attune.streams.dispatch;

import java.util.function.Consumer;

/** Somebody who takes calls: a server, a database. A port of this package. */
@FunctionalInterface
public interface Replica<R> {
  /**
   * Starts the call and returns without waiting. Must give exactly one answer, on any thread,
   * within a deadline of its own: a call that never answers keeps its place in the window. A thrown
   * exception counts as {@link CallOutcome#UNREACHABLE}.
   */
  void call(R request, Consumer<CallOutcome> answer);
}
