package dev.attune.streams.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.streams.TaskStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of the store a turn reads. */
class StoredOwedCallsTest {
  private static final int MOST_READ = 4_096;
  private static final int KEYS = 5_000;

  private final TopologyTestDriver task = new TopologyTestDriver(withStore(), new Properties());
  private final StoredOwedCalls<String> owed =
      new StoredOwedCalls<>(TaskStores.store(task, "owed"), () -> 1L);

  private static Topology withStore() {
    return new Topology()
        .addSource("source", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "topic")
        .addProcessor("processor", Nothing::new, "source")
        .addStateStore(
            Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("owed"), Serdes.String(), Serdes.Long()),
            "processor");
  }

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

  private static final class Nothing extends ContextualProcessor<byte[], byte[], Void, Void> {
    @Override
    public void process(Record<byte[], byte[]> record) {}
  }
}
