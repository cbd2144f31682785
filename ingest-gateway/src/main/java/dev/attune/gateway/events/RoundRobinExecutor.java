package dev.attune.gateway.events;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map.Entry;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Shares a few threads among callers by turns (round robin): however much one of them brings,
 * another's next task waits for one task of each at most.
 */
final class RoundRobinExecutor {
  private final Executor threads;
  private final LinkedHashMap<String, Queue<Runnable>> waiting = new LinkedHashMap<>();

  RoundRobinExecutor(Executor threads) {
    this.threads = threads;
  }

  /** Runs a caller's tasks in their order. */
  Executor of(String caller) {
    return task -> {
      add(caller, task);
      threads.execute(() -> next().run());
    };
  }

  private synchronized void add(String caller, Runnable task) {
    waiting.computeIfAbsent(caller, name -> new ArrayDeque<>()).add(task);
  }

  /** There is one: each was announced to the threads after it was added. */
  private synchronized Runnable next() {
    Entry<String, Queue<Runnable>> first = waiting.pollFirstEntry();
    Queue<Runnable> tasks = first.getValue();
    Runnable task = tasks.remove();
    if (!tasks.isEmpty()) {
      waiting.putLast(first.getKey(), tasks);
    }
    return task;
  }
}
