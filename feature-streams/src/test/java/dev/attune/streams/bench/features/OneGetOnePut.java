package dev.attune.streams.bench.features;

import dev.attune.streams.topology.AttuneTopology;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What is compared with: the least that a topology with a row a user can do. Reads no event and
 * sends nothing on.
 *
 * @param rowBytes as many as a user's row has on average
 * @param cached with Kafka Streams' record cache
 */
record OneGetOnePut(String topic, int rowBytes, boolean cached) implements Supplier<Topology> {
  @Override
  public Topology get() {
    return new Topology()
        .addSource("events", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic)
        .addProcessor("row", () -> new Row(rowBytes), "events")
        .addStateStore(cached ? rows().withCachingEnabled() : rows().withCachingDisabled(), "row");
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> rows() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(AttuneTopology.USERS),
        Serdes.ByteArray(),
        Serdes.ByteArray());
  }

  private static final class Row extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final int bytes;
    private @org.jspecify.annotations.Nullable KeyValueStore<byte[], byte[]> store;

    Row(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      super.init(context);
      store = context.getStateStore(AttuneTopology.USERS);
    }

    @Override
    public void process(Record<byte[], byte[]> event) {
      KeyValueStore<byte[], byte[]> rows = java.util.Objects.requireNonNull(store);
      byte[] known = rows.get(event.key());
      byte[] row = known == null ? new byte[bytes] : known;
      // as an event does, it changes some bytes here and there
      for (int i = 0; i < row.length; i += 16) {
        row[i] = event.value()[i % event.value().length];
      }
      rows.put(event.key(), row);
    }
  }
}
