package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.streams.ResultRecount.Arm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service is away for longer than a window and settle, while events wait in Kafka: they count.
 * Then nothing comes any more, and the windows close all the same.
 */
@Timeout(400)
class OutageIT {
  private static final int USERS = 200;
  private static final Duration AGO = Duration.ofHours(4);
  private static final Duration OUTAGE = Duration.ofMinutes(75);

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();

  OutageIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void countsWhatWaitedAndClosesTheWindowsOfPartitionsWithoutRecords() {
    long start = (System.currentTimeMillis() - AGO.toMillis()) / 1_000 * 1_000;
    try (StreamsProcess instance = start(AGO)) {
      instance.awaitReady();
      for (int user = 0; user < USERS; user++) {
        pipeline.send(Events.decided("u" + user, "treatment", start));
      }
      pipeline.flush();
      soon(() -> pipeline.committed() == USERS);
    }

    for (int user = 0; user < USERS; user++) {
      pipeline.send(Events.agentReplied("u" + user, "e" + user, start + 1_800_000, 40));
    }
    pipeline.flush();

    try (StreamsProcess _ = start(AGO.minus(OUTAGE))) {
      soon(() -> total().handlingUsers() == USERS);
      assertThat(total().handling()).isEqualTo(40.0 * USERS);
      assertThat(total().finished()).isZero();
    }
    try (StreamsProcess _ = start(AGO.minus(Duration.ofHours(3)))) {
      soon(() -> total().finished() == USERS);
      assertThat(total().silent()).isZero();
    }
  }

  private Arm total() {
    return ResultRecount.published(
            "greeting",
            pipeline.read(
                pipeline.topics.experimentResults(), ExperimentResult.class, "read_committed"))
        .total();
  }

  private static void soon(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(300)).until(condition);
  }

  private StreamsProcess start(Duration behind) {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve("state"));
    properties.put("attune.pipeline.playbook", "src/test/resources/experiment-playbook");
    properties.put("attune.streams.threads", 1);
    properties.put("test.clock-behind", behind);
    return StreamsProcess.start(SetClock.class, properties, home.resolve("streams.log"));
  }
}
