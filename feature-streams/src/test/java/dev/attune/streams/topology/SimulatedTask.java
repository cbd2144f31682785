package dev.attune.streams.topology;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.streams.TaskStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** One task of the topology as one owner has it. */
final class SimulatedTask implements AutoCloseable {
  private static final List<String> STORES =
      List.of(
          TopologyNames.USERS_STORE,
          TopologyNames.EXPIRIES_STORE,
          TopologyNames.OWED_STORE,
          TopologyNames.SIZES_STORE);

  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> events;
  private long offset;

  SimulatedTask(AttuneTopology topology, Path state, Instant start) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulation");
    config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    driver = new TopologyTestDriver(topology.get(), config, start);
    events =
        driver.createInputTopic(
            topology.serdes().topics().interactionEvents(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Returns its offset. */
  long send(String user, byte[] event, long receivedAt) {
    events.pipeInput(
        user.getBytes(StandardCharsets.UTF_8), event, Instant.ofEpochMilli(receivedAt));
    return offset++;
  }

  /** Runs what is due by now. */
  void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  <T extends SpecificRecord> List<T> read(
      String topic, Class<T> type, SchemaRegistryClient schemas) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new AvroDeserializer<>(schemas, type))
        .readValuesToList();
  }

  /** Everything it keeps, by store. */
  Map<String, Map<Object, Object>> state() {
    Map<String, Map<Object, Object>> state = new HashMap<>();
    STORES.forEach(store -> state.put(store, contents(store)));
    return state;
  }

  void restore(Map<String, Map<Object, Object>> state) {
    state.forEach((store, contents) -> contents.forEach(TaskStores.store(driver, store)::put));
  }

  private Map<Object, Object> contents(String store) {
    Map<Object, Object> contents = new HashMap<>();
    try (var entries = TaskStores.store(driver, store).all()) {
      entries.forEachRemaining(entry -> contents.put(entry.key, entry.value));
    }
    return contents;
  }

  boolean owes(String user) {
    return driver.<String, Long>getKeyValueStore(TopologyNames.OWED_STORE).get(user) != null;
  }

  boolean awaitsAnEnd() {
    return !contents(TopologyNames.EXPIRIES_STORE).isEmpty();
  }

  @Override
  public void close() {
    driver.close();
  }
}
