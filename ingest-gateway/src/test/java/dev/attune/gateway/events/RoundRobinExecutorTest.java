package dev.attune.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundRobinExecutorTest {
  /** One thread that runs when it is told to. */
  private final Queue<Runnable> thread = new ArrayDeque<>();

  private final RoundRobinExecutor executor = new RoundRobinExecutor(thread::add);
  private final List<String> done = new ArrayList<>();

  @Test
  void whoBringsMuchDelaysAnotherByOneTaskAtMost() {
    bring("public", 100);
    bring("server", 2);

    run(4);

    assertThat(done).containsExactly("public 0", "server 0", "public 1", "server 1");
  }

  @Test
  void everyTaskRunsOnceInItsCallersOrder() {
    bring("a", 3);
    bring("b", 1);
    run(2);
    bring("c", 2);
    bring("d", 1);
    run(5);

    assertThat(thread).isEmpty();
    assertThat(done).hasSize(7).doesNotHaveDuplicates();
    assertThat(done).containsSubsequence("a 0", "a 1", "a 2").containsSubsequence("c 0", "c 1");
  }

  @Test
  void aTaskThatFailsTakesNoTurnFromTheNext() {
    executor
        .of("a")
        .execute(
            () -> {
              throw new IllegalStateException("refused");
            });
    bring("a", 1);

    assertThatIllegalStateException().isThrownBy(() -> run(1));
    run(1);

    assertThat(done).containsExactly("a 0");
  }

  private void bring(String caller, int tasks) {
    IntStream.range(0, tasks)
        .forEach(task -> executor.of(caller).execute(() -> done.add(caller + " " + task)));
  }

  private void run(int tasks) {
    for (int i = 0; i < tasks; i++) {
      thread.remove().run();
    }
  }
}
