package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service killed with -9 while events come in: nothing lost, nothing counted twice. */
@Timeout(900)
@SuppressWarnings("NullAway") // the maps hold every user that was sent
class KillIT {
  private static final int USERS = 200;
  private static final List<String> NAMES = List.of("a", "b");

  /** Each kill costs a start of some seconds, so the twenty are for the long test. */
  private static final int KILLS = Boolean.getBoolean("attune.test.long") ? 20 : 3;

  private static final int KILLS_OF_BOTH = Boolean.getBoolean("attune.test.long") ? 2 : 1;

  private static final Duration LONGEST = Duration.ofSeconds(180);

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();
  private final Map<String, Set<String>> ids = new HashMap<>();
  private Duration commitInterval = Duration.ofMillis(100);

  KillIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  private StreamsProcess start(String instance, String guarantee) {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve(instance));
    properties.put("attune.streams.instance-id", instance);
    properties.put("attune.streams.processing-guarantee", guarantee);
    properties.put("attune.streams.threads", 1);
    // the shortest that the broker allows
    properties.put("attune.streams.session-timeout", "6s");
    properties.put("attune.streams.commit-interval", commitInterval);
    return StreamsProcess.start(properties, home.resolve(instance + ".log"));
  }

  /** Sends about 300 events a second until it is told to stop. */
  private Thread load(AtomicBoolean stop, long seed) {
    return Thread.ofPlatform()
        .start(
            () -> {
              SplittableRandom random = new SplittableRandom(seed);
              for (int i = 0; !stop.get(); i++) {
                long now = System.currentTimeMillis();
                String user = "u" + random.nextInt(USERS);
                ids.computeIfAbsent(user, _ -> new HashSet<>()).add("e" + i);
                pipeline.send(Events.clicked(user, "e" + i, now));
                LockSupport.parkNanos(Duration.ofMillis(3).toNanos());
              }
              pipeline.flush();
            });
  }

  @Test
  void countsEveryEventOnceOverManyKillsOfTwoInstances() throws Exception {
    assertThat(killed(KILLS, "exactly_once_v2", false)).isEqualTo(new Recount(0, 0, Set.of()));
    assertThat(scoring.stored()).isEqualTo(pipeline.lastOffset);
  }

  /**
   * The control: without exactly-once kills must show, or the checker is blind. Commits are rare,
   * so that a kill hardly ever falls between a commit and the next record, and both instances are
   * killed, since one of them may have no partitions yet.
   */
  @Test
  void theCheckerReportsRepeatedEventsWithoutExactlyOnce() throws Exception {
    commitInterval = Duration.ofSeconds(5);
    Recount recount = killed(KILLS_OF_BOTH, "at_least_once", true);

    assertThat(recount.lost()).isZero();
    assertThat(recount.twice()).isPositive();
  }

  /** Kills one of two instances, or both, again and again, somewhere within work. */
  private Recount killed(int kills, String guarantee, boolean both) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    SplittableRandom random = new SplittableRandom(20260102);
    scoring.answerAfter(Duration.ofMillis(5));
    List<StreamsProcess> instances =
        new ArrayList<>(NAMES.stream().map(name -> start(name, guarantee)).toList());
    instances.forEach(StreamsProcess::awaitReady);
    Thread load = load(stop, 7);
    try {
      for (int kill = 0; kill < kills; kill++) {
        awaitRequests(20 + random.nextInt(200));
        List<Integer> victims = both ? List.of(0, 1) : List.of(random.nextInt(2));
        victims.forEach(victim -> instances.get(victim).kill());
        victims.forEach(victim -> instances.set(victim, start(NAMES.get(victim), guarantee)));
      }
      awaitRequests(200);
    } finally {
      stop.set(true);
      load.join();
    }
    try {
      await().atMost(LONGEST).until(() -> scoring.stored().equals(pipeline.lastOffset));
      await().atMost(LONGEST).until(() -> pipeline.committed() == pipeline.sentEvents());
    } finally {
      instances.forEach(StreamsProcess::close);
    }
    return Recount.of(ids, pipeline.features());
  }

  private void awaitRequests(long further) {
    long before = scoring.requests();
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> scoring.requests() >= before + further);
  }

  @Test
  void aRestartedInstanceTakesOverBeforeItsSessionTimesOut() throws Exception {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve("state"));
    properties.put("attune.streams.session-timeout", "10m");
    Path log = home.resolve("streams.log");
    try (StreamsProcess first = StreamsProcess.start(properties, log)) {
      first.awaitReady();
      pipeline.send(Events.clicked("u", "e1", System.currentTimeMillis()));
      pipeline.flush();
      await().atMost(Duration.ofSeconds(120)).until(() -> scoring.stored("u") == 0);
    }

    try (StreamsProcess second = StreamsProcess.start(properties, log)) {
      pipeline.send(Events.clicked("u", "e2", System.currentTimeMillis()));
      pipeline.flush();
      await().atMost(Duration.ofMinutes(3)).until(() -> scoring.stored("u") == 1);
      assertThat(instanceIds()).contains("it-1", "it-2");
    }
  }

  private List<String> instanceIds() throws Exception {
    return pipeline
        .admin()
        .describeConsumerGroups(List.of(pipeline.applicationId))
        .all()
        .get()
        .get(pipeline.applicationId)
        .members()
        .stream()
        .map(member -> member.groupInstanceId().orElse(""))
        .toList();
  }
}
