package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.avro.SessionFeatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service killed with -9 while events come in: nothing lost, nothing counted twice. */
@Timeout(600)
@SuppressWarnings("NullAway") // the maps hold every user that was sent
class KillIT {

  private static final int USERS = 200;
  private static final int KILLS = 3;

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();

  KillIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  private StreamsProcess start() {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve("state"));
    StreamsProcess process = StreamsProcess.start(properties, home.resolve("streams.log"));
    process.awaitReady();
    return process;
  }

  /** Sends about 500 events a second until it is told to stop. */
  private Thread load(AtomicBoolean stop, long seed) {
    return Thread.ofPlatform()
        .start(
            () -> {
              SplittableRandom random = new SplittableRandom(seed);
              for (int i = 0; !stop.get(); i++) {
                long now = System.currentTimeMillis();
                pipeline.send(Events.clicked("u" + random.nextInt(USERS), "e" + i, now));
                LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
              }
              pipeline.flush();
            });
  }

  @Test
  void countsEveryEventOnceAndReachesEveryVersionOverKills() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    SplittableRandom random = new SplittableRandom(20260102);
    scoring.answerAfter(Duration.ofMillis(5));
    StreamsProcess process = start();
    Thread load = load(stop, 7);
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        long processed = scoring.requests();
        // somewhere within work, which a random further number of requests makes sure of
        long further = 200 + random.nextInt(400);
        await()
            .atMost(Duration.ofSeconds(120))
            .until(() -> scoring.requests() > processed + further);
        process.kill();
        process = start();
      }
    } finally {
      stop.set(true);
      load.join();
    }

    try (StreamsProcess last = process) {
      await()
          .atMost(Duration.ofSeconds(120))
          .untilAsserted(() -> assertThat(scoring.stored()).isEqualTo(pipeline.lastOffset));
      long sent = pipeline.sent.values().stream().mapToLong(count -> count.get()).sum();
      await().atMost(Duration.ofSeconds(120)).until(() -> pipeline.committed() == sent);
    }
    everyEventCountsOnce(pipeline.features());
  }

  private void everyEventCountsOnce(List<SessionFeatures> features) {
    Map<String, Long> rows =
        features.stream()
            .collect(Collectors.groupingBy(SessionFeatures::getUserId, Collectors.counting()));
    Map<String, Long> sent = new HashMap<>();
    pipeline.sent.forEach((user, count) -> sent.put(user, (long) count.get()));
    assertThat(rows).isEqualTo(sent);
    assertThat(features)
        .filteredOn(row -> row.getOffset() == pipeline.lastOffset.get(row.getUserId()))
        .hasSize(sent.size())
        .allSatisfy(
            row ->
                assertThat(row.getVector().getNumbers().getFirst())
                    .isEqualTo((double) sent.get(row.getUserId())));
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
