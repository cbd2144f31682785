package dev.attune.streams.topology;

import static dev.attune.streams.topology.UserStoreTask.START;
import static dev.attune.streams.topology.UserStoreTask.clicks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.user.UserState;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.unit.DataSize;

/** What every store of users keeps to. */
@ParameterizedClass
@EnumSource
class UserStoreContractTest {
  enum Kind {
    CACHING,
    CACHING_NEARLY_NOBODY,
    PLAIN;

    StoreBuilder<UserStore> builder() {
      return switch (this) {
        case CACHING -> caching(DataSize.ofMegabytes(1));
        case CACHING_NEARLY_NOBODY -> caching(DataSize.ofKilobytes(6));
        case PLAIN -> PlainUserStore.builder(UserStoreTask.rows());
      };
    }

    private static StoreBuilder<UserStore> caching(DataSize memory) {
      return CachingUserStore.builder(UserStoreTask.rows(), new CachedUsers.Memory(memory));
    }
  }

  private static final int CLICKS = 500;

  private final UserStoreTask task;

  UserStoreContractTest(Kind kind, @TempDir Path home) {
    task = new UserStoreTask(kind.builder(), home);
  }

  @AfterEach
  void close() {
    task.close();
  }

  @Test
  void aCommitHasTheNewestRowOfEveryUserWhoChanged() {
    task.commitAfter(
        (store, _) -> {
          for (int round = 0; round < 3; round++) {
            task.click(store, "u");
            task.click(store, "v");
          }
        });
    task.commitAfter((store, _) -> task.click(store, "u"));

    List<byte[]> changelog = task.changelog();
    assertThat(clicks(changelog.getLast())).isEqualTo(4);
    assertThat(clicks(changelog.get(changelog.size() - 2))).isEqualTo(3);
  }

  @Test
  void whatWasDoneIsFoundAtOnce() {
    task.commitAfter(
        (store, _) -> {
          assertThat(store.find("u")).isNull();
          assertThat(store.get("u")).isNull();
          task.click(store, "u");
          assertThat(store.find("u")).isNotNull();
          assertThat(clicks(store, "u")).isEqualTo(1);
          store.writeNow();
          task.click(store, "u");
          assertThat(clicks(store, "u")).isEqualTo(2);
        });

    assertThat(clicks(task.store(), "u")).isEqualTo(2);
  }

  @Test
  void sendsTheNewestNoLaterThanWithTheCommit() {
    task.commitAfter(
        (store, context) -> {
          for (String word : List.of("first", "second")) {
            task.click(store, "u");
            store.sendWithRow("u", () -> context.forward(new Record<>("u", word, START), "out"));
          }
        });

    assertThat(task.sent()).endsWith("second");
  }

  @Test
  void amendsWhoIsKnown() {
    task.commitAfter(
        (store, _) -> {
          assertThat(store.amend("u", state -> state.keepArm("x", "a"))).isFalse();
          task.click(store, "u");
          assertThat(store.amend("u", state -> state.keepArm("x", "a"))).isTrue();
          assertThat(store.amend("u", state -> state.keepArm("x", "b"))).isFalse();
        });

    byte[] row = Objects.requireNonNull(task.store().get("u"));
    assertThat(UserState.fromBytes(row).arms()).containsEntry("x", "a");
  }

  @Test
  void nothingStaysOfWhoIsDeleted() {
    task.commitAfter(
        (store, _) -> {
          task.click(store, "u");
          store.delete("u");
          assertThat(store.find("u")).isNull();
        });
    task.commitAfter((store, _) -> task.click(store, "v"));

    assertThat(task.store().get("u")).isNull();
    assertThat(clicks(task.store(), "v")).isEqualTo(1);
  }

  @Test
  @Timeout(30)
  void anyThreadReadsTheNewestRowWhileEventsChangeIt() {
    task.commitAfter((store, _) -> task.click(store, "u"));
    UserStore read = task.store();

    task.commitAfter(
        (store, _) -> {
          var reader =
              CompletableFuture.runAsync(
                  () -> {
                    double newest = 0;
                    while (newest < CLICKS) {
                      double seen = clicks(read, "u");
                      assertThat(seen).isGreaterThanOrEqualTo(newest);
                      newest = seen;
                    }
                  });
          for (int i = 1; i < CLICKS; i++) {
            task.click(store, "u");
          }
          reader.join();
        });
  }
}
