package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.Events;
import dev.attune.streams.LittleRegistry;
import dev.attune.streams.dispatch.CallOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The topology under random events, duplicates, answers, failures, commits, crashes, rebalances and
 * jumping clocks, against a recount. Each run is made by its seed alone; {@code -Dattune.seed=N}
 * plays one again; the long test plays 1,000.
 */
class SimulationTest {
  private static final int STEPS = 150;
  private static final int USERS = 5;
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final int HOUR = 3_600_000;

  private final LittleRegistry registry = new LittleRegistry();
  private final Path home;

  SimulationTest(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    registry.close();
  }

  static LongStream seeds() {
    Long one = Long.getLong("attune.seed");
    long most = Boolean.getBoolean("attune.test.long") ? 1_000 : 50;
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, most);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void keepsItsPromises(long seed) {
    try (Run run = new Run(seed)) {
      run.play();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private record Pending(ScoreRequest request, Consumer<CallOutcome> answer) {}

  private final class Run implements AutoCloseable {
    private final SplittableRandom random;
    private final List<Pending> pending = new ArrayList<>();
    private final Map<String, Long> stored = new HashMap<>();
    private final Map<String, Long> processed = new HashMap<>();
    private final Map<String, TreeSet<String>> ids = new TreeMap<>();
    private final SimulatedTask task;
    private long now = START;
    private int sent;

    Run(long seed) {
      random = new SplittableRandom(seed);
      task =
          new SimulatedTask(
              registry.client(),
              home,
              () -> Instant.ofEpochMilli(now),
              (request, answer) -> pending.add(new Pending(request, answer)));
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(24)) {
          case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> sendNew();
          case 9, 10 -> sendAgain();
          case 11, 12, 13, 14, 15 -> answerOne();
          case 16, 17, 18 -> commit();
          case 19 -> crash();
          case 20 -> rebalance();
          case 21 -> now += random.nextInt(-HOUR / 2, HOUR / 2);
          default -> pass(Duration.ofSeconds(random.nextInt(1, 600)));
        }
      }
      calmDown();
      check();
    }

    private void sendNew() {
      String user = "u" + random.nextInt(USERS);
      String id = "e" + sent;
      ids.computeIfAbsent(user, _ -> new TreeSet<>()).add(id);
      // a client's clock between an hour behind and a day ahead
      long ahead = random.nextInt(10) == 0 ? 24 * HOUR : -random.nextInt(HOUR);
      send(Events.clicked(user, id, now + ahead));
    }

    private void sendAgain() {
      String user = "u" + random.nextInt(USERS);
      List<String> known = List.copyOf(ids.getOrDefault(user, new TreeSet<>()));
      if (!known.isEmpty()) {
        send(Events.clicked(user, known.get(random.nextInt(known.size())), now));
      }
    }

    private void send(InteractionEvent event) {
      event.setReceivedAt(now);
      sent++;
      processed.put(event.getUserId(), task.send(event));
    }

    private void answerOne() {
      if (!pending.isEmpty()) {
        answer(random.nextInt(pending.size()), random.nextInt(3) > 0);
      }
    }

    private void answer(int index, boolean settled) {
      Pending call = pending.remove(index);
      ScoreRequest request = call.request();
      if (settled) {
        long version = SimulatedTask.version(request.getEpoch(), request.getOffset());
        stored.merge(request.getUserId(), version, Math::max);
      }
      call.answer().accept(settled ? CallOutcome.SETTLED : CallOutcome.UNAVAILABLE);
    }

    private void commit() {
      task.commit();
      processed.forEach(
          (user, version) ->
              assertThat(stored.getOrDefault(user, -1L) >= version || task.owes(user))
                  .as("%s at %d, stored %s, not owed", user, version, stored.get(user))
                  .isTrue());
    }

    /** Calls of the dead instance may still be answered later. */
    private void crash() {
      processed.putAll(task.crash());
    }

    private void rebalance() {
      commit();
      crash();
    }

    private void pass(Duration time) {
      now += time.toMillis();
      task.pass(time);
    }

    private void calmDown() {
      for (int round = 0; round < 20; round++) {
        while (!pending.isEmpty()) {
          answer(0, true);
        }
        commit();
        pass(Duration.ofHours(1));
      }
      commit();
    }

    private void check() {
      assertThat(stored).isEqualTo(processed);
      assertThat(task.features()).hasSize(sent);
      Map<String, Double> expected = new TreeMap<>();
      ids.forEach((user, distinct) -> expected.put(user, (double) distinct.size()));
      assertThat(counts(task.features())).isEqualTo(expected);
      assertThat(eventsInSessions(task.sessions())).isEqualTo(expected);
      assertThat(task.hasOpenSessions()).isFalse();
    }

    private static Map<String, Double> counts(List<SessionFeatures> rows) {
      Map<String, Double> counts = new TreeMap<>();
      rows.forEach(row -> counts.put(row.getUserId(), row.getVector().getNumbers().getFirst()));
      return counts;
    }

    /** Over the highest revision of each session: every event is in exactly one. */
    private static Map<String, Double> eventsInSessions(List<Session> said) {
      Map<String, Session> last = new TreeMap<>();
      said.forEach(s -> last.put(s.getUserId() + " " + s.getStartedAt(), s));
      Map<String, Double> events = new TreeMap<>();
      last.values().forEach(s -> events.merge(s.getUserId(), (double) s.getEvents(), Double::sum));
      return events;
    }

    @Override
    public void close() {
      task.close();
    }
  }
}
