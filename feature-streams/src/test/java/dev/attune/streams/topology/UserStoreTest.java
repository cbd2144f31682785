package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.streams.Events;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
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
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** A real task runs steps, each of which ends with a commit. */
class UserStoreTest {

  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();

  private final UserEngine engine = Playbook.load(Path.of("src/test/resources/playbook")).engine();
  private final List<Task> tasks = new ArrayList<>();
  private int offset;
  @TempDir private Path home;

  private interface Step extends BiConsumer<UserStore, ProcessorContext<String, String>> {}

  /** A topology whose processor runs the step that is next. */
  private final class Task {

    private final Queue<Step> steps = new ArrayDeque<>();
    private final TopologyTestDriver driver;

    Task(StoreBuilder<UserStore> users) {
      Topology topology =
          new Topology()
              .addSource("in", new StringDeserializer(), new StringDeserializer(), "in")
              .addProcessor("run", Runner::new, "in")
              .addStateStore(users, "run")
              .addSink("out", "out", new StringSerializer(), new StringSerializer(), "run");
      Properties config = new Properties();
      config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
      config.put(StreamsConfig.STATE_DIR_CONFIG, home.resolve("" + tasks.size()).toString());
      driver = new TopologyTestDriver(topology, config);
      tasks.add(this);
    }

    void commitAfter(Step step) {
      steps.add(step);
      driver
          .createInputTopic("in", new StringSerializer(), new StringSerializer())
          .pipeInput("k", "v", START);
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

    private final class Runner extends ContextualProcessor<String, String, String, String> {
      @Override
      public void process(Record<String, String> record) {
        steps.remove().accept(context().getStateStore("users"), context());
      }
    }
  }

  @AfterEach
  void close() {
    tasks.forEach(task -> task.driver.close());
  }

  private static StoreBuilder<UserStore> users(DataSize memory) {
    return UserStore.builder(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("users"), Serdes.String(), Serdes.ByteArray())
            .withCachingDisabled(),
        memory);
  }

  private Task task() {
    return new Task(users(DataSize.ofMegabytes(1)));
  }

  private void click(UserStore store, String user) {
    int at = offset++;
    var unused =
        store.change(
            user,
            state ->
                engine.apply(
                    state, Events.clicked(user, "e" + at, START + at), new Position(0, 0, at)));
  }

  private static byte[] row(UserStore store, String user) {
    return Objects.requireNonNull(store.get(user));
  }

  /** The first feature of the test's playbook. */
  private double count(byte[] row) {
    FeatureRow features = engine.read(UserState.fromBytes(row), START + offset);
    return features.numbers()[0];
  }

  @Test
  void writesAUserOnceACommit() {
    Task task = task();

    task.commitAfter(
        (store, _) -> {
          click(store, "u");
          click(store, "u");
          click(store, "u");
          assertThat(store.wrapped().get("u")).isNull();
          assertThat(count(row(store, "u"))).isEqualTo(3);
        });
    task.commitAfter((store, _) -> assertThat(store.find("u")).isNotNull());

    assertThat(task.changelog()).hasSize(1);
    assertThat(count(task.store().wrapped().get("u"))).isEqualTo(3);
  }

  @Test
  void sendsTheNewestWithTheRow() {
    Task task = task();

    task.commitAfter(
        (store, context) -> {
          for (String word : List.of("first", "second")) {
            click(store, "u");
            store.sendWithRow("u", () -> context.forward(new Record<>("u", word, START), "out"));
          }
        });
    task.commitAfter((store, _) -> click(store, "u"));

    assertThat(task.sent()).containsExactly("second");
    assertThat(task.changelog()).hasSize(2);
  }

  @Test
  void writesAtOnceAndKeepsNobodyOfWhoIsLetGo() {
    Task task = task();

    task.commitAfter(
        (store, _) -> {
          click(store, "read");
          store.letGo();
          UserState read = store.find("read");
          click(store, "u");
          UserState changed = store.find("u");
          store.letGo();
          assertThat(count(Objects.requireNonNull(store.wrapped().get("u")))).isEqualTo(1);
          assertThat(store.find("u")).isNotSameAs(changed);
          assertThat(store.find("read")).isSameAs(read);
          click(store, "u");
          store.letGo();
        });

    assertThat(count(task.store().wrapped().get("u"))).isEqualTo(2);
    assertThat(task.changelog()).hasSize(3);
  }

  @Test
  void keepsWhoWasWantedLastAndWritesWhomItForgets() {
    Task task = new Task(users(DataSize.ofKilobytes(20)));

    task.commitAfter(
        (store, _) -> {
          for (int user = 0; user < 100; user++) {
            click(store, "u" + user);
          }
          UserState last = store.find("u99");
          assertThat(store.find("u99")).isSameAs(last);
          assertThat(store.wrapped().get("u0")).isNotNull();
          assertThat(store.wrapped().get("u99")).isNull();
          for (int user = 0; user < 100; user++) {
            click(store, "u" + user);
          }
        });

    for (int user = 0; user < 100; user++) {
      assertThat(count(task.store().wrapped().get("u" + user))).isEqualTo(2);
    }
  }

  @Test
  void storesOfAProcessShareTheMemory() {
    StoreBuilder<UserStore> users = users(DataSize.ofKilobytes(80));
    Task alone = new Task(users);
    alone.commitAfter((store, _) -> click(store, "u0"));
    UserState[] kept = new UserState[1];
    alone.commitAfter(
        (store, _) -> {
          kept[0] = store.find("u0");
          for (int user = 1; user < 12; user++) {
            click(store, "u" + user);
          }
          assertThat(store.find("u0")).isSameAs(kept[0]);
          for (int user = 1; user < 12; user++) {
            assertThat(store.find("u" + user)).isNotNull();
          }
        });
    new Task(users).commitAfter((store, _) -> click(store, "v"));

    alone.commitAfter((store, _) -> click(store, "u11"));

    alone.commitAfter((store, _) -> assertThat(store.find("u0")).isNotSameAs(kept[0]));
  }

  @Test
  void aTaskWithoutACommitForgetsWhatItKept() {
    Task task = task();
    task.commitAfter((store, _) -> click(store, "u"));

    task.commitAfter(
        (store, _) -> {
          click(store, "u");
          click(store, "v");
          store.clearCache();
          assertThat(store.get("v")).isNull();
          assertThat(count(row(store, "u"))).isEqualTo(1);
        });

    assertThat(task.changelog()).hasSize(1);
  }

  @Test
  void amendsAndDeletesWhoIsKnown() {
    Task task = task();

    task.commitAfter(
        (store, _) -> {
          assertThat(store.amend("u", state -> state.keepArm("x", "a"))).isFalse();
          click(store, "u");
          assertThat(store.amend("u", state -> state.keepArm("x", "a"))).isTrue();
          assertThat(store.amend("u", state -> state.keepArm("x", "b"))).isFalse();
          click(store, "v");
          store.delete("v");
          assertThat(store.find("v")).isNull();
        });

    assertThat(UserState.fromBytes(row(task.store(), "u")).arms()).containsEntry("x", "a");
    assertThat(task.store().get("v")).isNull();
  }

  @Test
  @Timeout(30)
  void anybodyReadsTheNewestRowWhileEventsChangeIt() {
    Task task = task();
    task.commitAfter((store, _) -> click(store, "u"));
    UserStore read = task.store();

    task.commitAfter(
        (store, _) -> {
          var reader =
              CompletableFuture.runAsync(
                  () -> {
                    double newest = 0;
                    while (newest < 3_000) {
                      double seen = count(row(read, "u"));
                      assertThat(seen).isGreaterThanOrEqualTo(newest);
                      newest = seen;
                    }
                  });
          for (int i = 1; i < 3_000; i++) {
            click(store, "u");
          }
          reader.join();
        });
  }
}
