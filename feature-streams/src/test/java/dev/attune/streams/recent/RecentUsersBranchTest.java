package dev.attune.streams.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.streams.Events;
import dev.attune.streams.experiments.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecentUsersBranchTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final long MINUTE = 60_000;
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Bench bench;

  RecentUsersBranchTest(@TempDir Path home) {
    this.bench = new Bench(home, START);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void listsAUserWithSegmentsAndConversation() {
    for (int i = 0; i < 5; i++) {
      bench.send(Events.messageSent("u", "e" + i, START + i));
      bench.send(Events.clicked("u", "c" + i, START + i));
    }
    bench.send(Events.decided("u", "treatment", START + 10));
    assertThat(told()).as("once a second").isEmpty();

    bench.pass(TICK);

    List<TestRecord<String, RecentUser>> told = told();
    assertThat(told).hasSize(1);
    RecentUser user = told.getFirst().value();
    assertThat(user.getUserId()).isEqualTo("u");
    assertThat(user.getLastActiveAt()).isEqualTo(START + 10);
    assertThat(user.getChannel()).isEqualTo("web");
    assertThat(user.getSegments()).containsExactly("clicker");
    RecentConversation conversation = user.getConversations().getFirst();
    assertThat(conversation.getSessionId()).isEqualTo("s-u");
    assertThat(conversation.getMessages()).isEqualTo(5);
    assertThat(conversation.getReplies().getFirst().getVariant()).isEqualTo("treatment");
    bench.pass(TICK);
    assertThat(told()).as("nothing has changed").isEmpty();

    bench.pass(Duration.ofMinutes(40));
    bench.pass(TICK);

    RecentUser after = Objects.requireNonNull(newest().get("u"));
    assertThat(after.getConversations().getFirst().getOutcome().getClosedBy()).isEqualTo("gap");
  }

  @Test
  void anErasedUserIsNoLongerListedAtOnce() {
    bench.send(Events.messageSent("u", "e0", START));
    bench.send(Events.messageSent("v", "e1", START + 1));
    bench.pass(TICK);
    assertThat(newest()).containsOnlyKeys("u", "v");
    assertThat(bench.state().get("recent")).containsOnlyKeys("u", "v");

    bench.send(Events.erased("u", "e2", START + 2_000));

    assertThat(bench.state().get("recent")).containsOnlyKeys("v");
    List<TestRecord<String, RecentUser>> told = told();
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().key()).isEqualTo("u");
    assertThat(told.getFirst().value()).isNull();

    // of before the erasure, read afterwards
    bench.send(Events.decided("u", "treatment", START + 1_000));
    bench.pass(TICK);
    assertThat(told()).isEmpty();

    bench.send(Events.messageSent("u", "e3", START + MINUTE));
    bench.pass(TICK);
    assertThat(Objects.requireNonNull(newest().get("u")).getSessions()).isEqualTo(1);
  }

  @Test
  void keepsTheNewestUsersOnly() {
    for (int i = 0; i < Bench.RECENT_USERS; i++) {
      bench.send(Events.messageSent("u" + i, "e" + i, START + i));
    }
    bench.pass(TICK);
    bench.pass(TICK);
    assertThat(newest()).hasSize(Bench.RECENT_USERS);

    bench.send(Events.messageSent("new", "e", START + 1_000));
    bench.pass(TICK);

    Map<String, @Nullable RecentUser> told = newest();
    assertThat(told).containsOnlyKeys("u0", "new");
    assertThat(told.get("u0")).isNull();
    assertThat(bench.state().get("recent")).hasSize(Bench.RECENT_USERS).containsKey("new");
  }

  /** Each second so many, whoever is active how often. */
  @Test
  void tellsNoMoreThanItMayInASecond() {
    for (int i = 0; i < RecentUsersProcessor.MOST_AT_ONCE + 10; i++) {
      bench.send(Events.messageSent("u" + i, "e" + i, START + i));
    }
    bench.pass(TICK);
    assertThat(told()).hasSize(RecentUsersProcessor.MOST_AT_ONCE);
    bench.pass(TICK);
    assertThat(told()).hasSize(10);
  }

  private List<TestRecord<String, RecentUser>> told() {
    return bench.output(Bench.TOPICS.recentUsers(), RecentUser.class);
  }

  private Map<String, @Nullable RecentUser> newest() {
    Map<String, @Nullable RecentUser> newest = new HashMap<>();
    told().forEach(record -> newest.put(record.key(), record.value()));
    return newest;
  }
}
