package dev.attune.streams.topology;

import static dev.attune.streams.topology.UserStoreTask.START;
import static dev.attune.streams.topology.UserStoreTask.clicks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.user.UserState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** What the cache saves, keeps and forgets; the rest is in {@link UserStoreContractTest}. */
class CachingUserStoreTest {
  private final List<UserStoreTask> tasks = new ArrayList<>();
  @TempDir private Path home;

  private static StoreBuilder<UserStore> users(DataSize memory) {
    return CachingUserStore.builder(UserStoreTask.rows(), new CachedUsers.Memory(memory));
  }

  private UserStoreTask task(StoreBuilder<UserStore> users) {
    UserStoreTask task = new UserStoreTask(users, home);
    tasks.add(task);
    return task;
  }

  private UserStoreTask task() {
    return task(users(DataSize.ofMegabytes(1)));
  }

  /** What the store beneath has; null for nobody. */
  private static byte[] written(UserStore store, String user) {
    return ((CachingUserStore) store).wrapped().get(user);
  }

  @AfterEach
  void close() {
    tasks.forEach(UserStoreTask::close);
  }

  @Test
  void writesAUserOnceACommit() {
    UserStoreTask task = task();

    task.commitAfter(
        (store, _) -> {
          task.click(store, "u");
          task.click(store, "u");
          task.click(store, "u");
          assertThat(written(store, "u")).isNull();
          assertThat(clicks(store, "u")).isEqualTo(3);
        });
    task.commitAfter((store, _) -> assertThat(store.find("u")).isNotNull());

    assertThat(task.changelog()).hasSize(1);
    assertThat(clicks(written(task.store(), "u"))).isEqualTo(3);
  }

  @Test
  void sendsOnlyTheNewestWithTheRow() {
    UserStoreTask task = task();

    task.commitAfter(
        (store, context) -> {
          for (String word : List.of("first", "second")) {
            task.click(store, "u");
            store.sendWithRow("u", () -> context.forward(new Record<>("u", word, START), "out"));
          }
        });
    task.commitAfter((store, _) -> task.click(store, "u"));

    assertThat(task.sent()).containsExactly("second");
    assertThat(task.changelog()).hasSize(2);
  }

  @Test
  void writeNowKeepsNobodyWhoChanged() {
    UserStoreTask task = task();

    task.commitAfter(
        (store, _) -> {
          task.click(store, "read");
          store.writeNow();
          UserState read = store.find("read");
          task.click(store, "u");
          UserState changed = store.find("u");
          store.writeNow();
          assertThat(clicks(Objects.requireNonNull(written(store, "u")))).isEqualTo(1);
          assertThat(store.find("u")).isNotSameAs(changed);
          assertThat(store.find("read")).isSameAs(read);
          task.click(store, "u");
          store.writeNow();
        });

    assertThat(clicks(written(task.store(), "u"))).isEqualTo(2);
    assertThat(task.changelog()).hasSize(3);
  }

  @Test
  void keepsWhoWasWantedLastAndWritesWhomItForgets() {
    UserStoreTask task = task(users(DataSize.ofKilobytes(20)));

    task.commitAfter(
        (store, _) -> {
          for (int user = 0; user < 100; user++) {
            task.click(store, "u" + user);
          }
          UserState last = store.find("u99");
          assertThat(store.find("u99")).isSameAs(last);
          assertThat(written(store, "u0")).isNotNull();
          assertThat(written(store, "u99")).isNull();
          for (int user = 0; user < 100; user++) {
            task.click(store, "u" + user);
          }
        });

    for (int user = 0; user < 100; user++) {
      assertThat(clicks(written(task.store(), "u" + user))).isEqualTo(2);
    }
  }

  @Test
  void storesOfAProcessShareTheMemory() {
    StoreBuilder<UserStore> users = users(DataSize.ofKilobytes(80));
    UserStoreTask alone = task(users);
    alone.commitAfter((store, _) -> alone.click(store, "u0"));
    UserState[] kept = new UserState[1];
    alone.commitAfter(
        (store, _) -> {
          kept[0] = store.find("u0");
          for (int user = 1; user < 12; user++) {
            alone.click(store, "u" + user);
          }
          assertThat(store.find("u0")).isSameAs(kept[0]);
          for (int user = 1; user < 12; user++) {
            assertThat(store.find("u" + user)).isNotNull();
          }
        });
    UserStoreTask other = task(users);
    other.commitAfter((store, _) -> other.click(store, "v"));

    alone.commitAfter((store, _) -> alone.click(store, "u11"));

    alone.commitAfter((store, _) -> assertThat(store.find("u0")).isNotSameAs(kept[0]));
  }

  @Test
  void aTaskWithoutACommitForgetsWhatItKept() {
    UserStoreTask task = task();
    task.commitAfter((store, _) -> task.click(store, "u"));

    task.commitAfter(
        (store, _) -> {
          task.click(store, "u");
          task.click(store, "v");
          ((CachingUserStore) store).clearCache();
          assertThat(store.get("v")).isNull();
          assertThat(clicks(store, "u")).isEqualTo(1);
        });

    assertThat(task.changelog()).hasSize(1);
  }
}
