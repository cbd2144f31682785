package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.streams.Events;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** A real task with a store of users. It runs steps, each of which ends with a commit. */
final class UserStoreTask implements AutoCloseable {
  static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();

  private static final UserEngine ENGINE =
      Playbook.load(Path.of("src/test/resources/playbook")).engine();

  private final Queue<Step> steps = new ArrayDeque<>();
  private final TopologyTestDriver driver;
  private int offset;

  interface Step extends BiConsumer<UserStore, ProcessorContext<String, String>> {}

  UserStoreTask(StoreBuilder<UserStore> users, Path home) {
    Topology topology =
        new Topology()
            .addSource("in", new StringDeserializer(), new StringDeserializer(), "in")
            .addProcessor("run", Runner::new, "in")
            .addStateStore(users, "run")
            .addSink("out", "out", new StringSerializer(), new StringSerializer(), "run");
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.STATE_DIR_CONFIG, home.resolve("" + System.nanoTime()).toString());
    driver = new TopologyTestDriver(topology, config);
  }

  static StoreBuilder<KeyValueStore<String, byte[]>> rows() {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore("users"), Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled();
  }

  void commitAfter(Step step) {
    steps.add(step);
    driver
        .createInputTopic("in", new StringSerializer(), new StringSerializer())
        .pipeInput("k", "v", START);
  }

  void click(UserStore store, String user) {
    int at = offset++;
    var unused =
        store.change(
            user,
            state ->
                ENGINE.apply(
                    state, Events.clicked(user, "e" + at, START + at), new Position(0, 0, at)));
  }

  UserStore store() {
    return (UserStore) Objects.requireNonNull(driver.getAllStateStores().get("users"));
  }

  List<byte[]> changelog() {
    return driver
        .createOutputTopic(
            "test-users-changelog", new StringDeserializer(), new ByteArrayDeserializer())
        .readValuesToList();
  }

  List<String> sent() {
    return driver
        .createOutputTopic("out", new StringDeserializer(), new StringDeserializer())
        .readValuesToList();
  }

  static double clicks(UserStore store, String user) {
    return clicks(Objects.requireNonNull(store.get(user)));
  }

  /** The first feature of the test's playbook. */
  static double clicks(byte[] row) {
    FeatureRow features = ENGINE.read(UserState.fromBytes(row), START);
    return features.numbers()[0];
  }

  @Override
  public void close() {
    driver.close();
  }

  private final class Runner extends ContextualProcessor<String, String, String, String> {
    @Override
    public void process(Record<String, String> record) {
      steps.remove().accept(context().getStateStore("users"), context());
    }
  }
}
