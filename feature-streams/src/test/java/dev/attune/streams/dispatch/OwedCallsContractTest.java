package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.TaskStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What lanes rely on. */
@ParameterizedClass
@EnumSource
class OwedCallsContractTest {
  enum Kind {
    STORED,
    IN_MEMORY
  }

  private final TopologyTestDriver task = OwedStore.task();
  private final OwedCalls<String> owed;

  OwedCallsContractTest(Kind kind) {
    owed =
        switch (kind) {
          case STORED -> new StoredOwedCalls<>(TaskStores.store(task, "owed"), () -> 1L);
          case IN_MEMORY -> new OwedInMemory();
        };
  }

  @AfterEach
  void close() {
    task.close();
  }

  @Test
  void everyKeyHasItsTurn() {
    List.of("a", "b", "c", "d", "e").forEach(owed::mark);
    List<String> turns = new ArrayList<>();

    for (int i = 0; i < 5; i++) {
      turns.addAll(owed.next(2, _ -> true));
    }

    assertThat(turns).containsExactly("a", "b", "c", "d", "e", "a", "b", "c", "d", "e");
  }

  @Test
  void whoIsPassedByDelaysNobody() {
    List.of("a", "b", "c", "d").forEach(owed::mark);

    assertThat(owed.next(1, key -> key.compareTo("b") > 0)).containsExactly("c");
    assertThat(owed.next(3, key -> !key.equals("a"))).containsExactly("d", "b", "c");
  }

  @Test
  void theTurnGoesOnWhereTheLastOneWasCleared() {
    List.of("a", "b", "c").forEach(owed::mark);

    assertThat(owed.next(2, _ -> true)).containsExactly("a", "b");
    owed.clear("b");
    owed.mark("b2");

    assertThat(owed.next(2, _ -> true)).containsExactly("b2", "c");
  }

  @Test
  void isEmptyUntilAKeyIsMarkedAndOnceAllAreCleared() {
    assertThat(owed.isEmpty()).isTrue();
    assertThat(owed.next(1, _ -> true)).isEmpty();
    owed.mark("a");
    assertThat(owed.isEmpty()).isFalse();
    owed.clear("a");
    assertThat(owed.isEmpty()).isTrue();
  }

  /** As many as no turn reads at once. */
  @Test
  void whoComesBehindManyThatArePassedByHasATurnToo() {
    for (int key = 0; key < 10_000; key++) {
      owed.mark("%05d".formatted(key));
    }
    Set<String> found = new TreeSet<>();

    for (int turn = 0; turn < 3; turn++) {
      found.addAll(owed.next(10, key -> key.equals("09999")));
    }

    assertThat(found).containsExactly("09999");
  }
}
