package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.TaskStores;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of the store a turn reads. */
class StoredOwedCallsTest {
  private static final int MOST_READ = 4_096;
  private static final int KEYS = 5_000;

  private final TopologyTestDriver task = OwedStore.task();
  private final StoredOwedCalls<String> owed =
      new StoredOwedCalls<>(TaskStores.store(task, "owed"), () -> 1L);

  @AfterEach
  void close() {
    task.close();
  }

  @Test
  void aTurnReadsNoMoreThanItMayAndTheNextOneBeginsBehindIt() {
    for (int key = 0; key < KEYS; key++) {
      owed.mark("%05d".formatted(key));
    }

    List<String> first = read();
    List<String> second = read();

    assertThat(first).hasSize(MOST_READ).startsWith("00000").endsWith("04095");
    assertThat(second)
        .as("to the end, then from the beginning")
        .hasSize(MOST_READ)
        .startsWith("04096")
        .endsWith("03191");
  }

  @Test
  void nothingIsReadWhenNobodyIsWanted() {
    owed.mark("a");
    List<String> seen = new ArrayList<>();

    assertThat(owed.next(0, seen::add)).isEmpty();
    assertThat(owed.next(-1, seen::add)).isEmpty();

    assertThat(seen).isEmpty();
  }

  /** The keys that a turn looks at which takes none. */
  private List<String> read() {
    List<String> seen = new ArrayList<>();
    var unused =
        owed.next(
            10,
            key -> {
              seen.add(key);
              return false;
            });
    return seen;
  }
}
