package dev.attune.streams.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.Events;
import dev.attune.streams.experiments.Bench;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.SaidSessions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction lasts seconds, however much the predecessor has said. */
class SessionTakeoverTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final long MINUTE = 60_000;
  private static final int OTHERS = 1_300;
  private static final Duration TICK = Duration.ofMillis(250);

  private final Stopped predecessor = new Stopped();
  private final Bench bench;

  SessionTakeoverTest(@TempDir Path home) {
    this.bench = new Bench(home, START, predecessor);
  }

  /** What the predecessor has published of two users; it also closed their sessions. */
  @BeforeEach
  void readThePast() {
    for (int i = 0; i < OTHERS; i++) {
      predecessor.said.put("other-" + i, List.of(session("other-" + i)));
    }
    predecessor.said.put("u", List.of(session("u")));
    predecessor.said.put("v", List.of(session("v")));
    bench.send(Events.messageSent("u", "e0", START));
    bench.send(Events.messageSent("v", "e1", START));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void takesOverAUsersSessionsWhenTheUserIsNextAndTheOthersByAndBy() {
    bench.send(Events.messageSent("u", "e2", START + 40 * MINUTE));

    assertThat(predecessor.asked).containsExactly("u");

    bench.pass(TICK);
    assertThat(predecessor.asked).hasSizeBetween(2, OTHERS / 2);
    assertThat(predecessor.tookOver).isFalse();
    for (int i = 0; i < 4; i++) {
      bench.pass(TICK);
    }
    assertThat(predecessor.asked)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(predecessor.said.keySet());
    assertThat(predecessor.tookOver).isTrue();
  }

  @Test
  void whatThePredecessorHasSaidIsCountedAndNotSaidAgain() {
    bench.send(Events.messageSent("u", "e2", START + 40 * MINUTE));
    bench.pass(Duration.ofMinutes(90));
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.output(Bench.TOPICS.sessions(), Session.class))
        .singleElement()
        .satisfies(said -> assertThat(said.value().getStartedAt()).isEqualTo(START + 40 * MINUTE));
    Map<String, Kpi> kpis = new LinkedHashMap<>();
    bench
        .output(Bench.TOPICS.kpis(), Kpi.class)
        .forEach(record -> kpis.put(record.key(), record.value()));
    Kpi all = Objects.requireNonNull(kpis.get("2026-01-02/all/"));
    assertThat(all.getSums()).containsEntry("visits", 3L);
  }

  private static Session session(String user) {
    return ClosedSession.of(user, 1, START).setSessionId("s-" + user).setChannel("web").build();
  }

  /** One that has published the first two events. */
  private static final class Stopped implements Predecessor, SaidSessions {
    private static final long BORDER = 2;

    private final Map<String, List<Session>> said = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private boolean tookOver;
    private long next;

    @Override
    public Set<String> users() {
      return said.keySet();
    }

    @Override
    public List<Session> of(String userId) {
      asked.add(userId);
      return said.getOrDefault(userId, List.of());
    }

    @Override
    public boolean prepare() {
      return true;
    }

    @Override
    public String eventsTopic(String topic) {
      return topic;
    }

    @Override
    public void open(int partition) {}

    @Override
    public void reads(RecordMetadata source) {
      next = source.offset() + 1;
    }

    @Override
    public boolean published(RecordMetadata source) {
      return source.offset() < BORDER;
    }

    @Override
    public boolean isAhead(int partition) {
      return next < BORDER;
    }

    @Override
    public boolean excludes(RecordMetadata source, String userId, long timestamp) {
      return false;
    }

    @Override
    public SaidSessions sessions(int partition) {
      return this;
    }

    @Override
    public void tookOver(int partition) {
      tookOver = true;
    }
  }
}
