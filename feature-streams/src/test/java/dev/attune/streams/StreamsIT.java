package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.grpc.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service on a real broker and registry, calling a real gRPC server. */
@Timeout(400)
class StreamsIT {
  private final Path stateDir;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();

  StreamsIT(@TempDir Path stateDir) {
    this.stateDir = stateDir;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  private Map<String, Object> properties() {
    return pipeline.properties(scoring, stateDir);
  }

  private Map<String, Object> impatient(String guarantee) {
    Map<String, Object> properties = properties();
    properties.put("attune.streams.processing-guarantee", guarantee);
    properties.put("attune.scoring.call-deadline", "500ms");
    properties.put("attune.scoring.submit-limit", "1s");
    properties.put("attune.scoring.breaker-failures", 100_000);
    return properties;
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }

  private void click(int users, int eventsEach) {
    long now = System.currentTimeMillis();
    for (int i = 0; i < eventsEach; i++) {
      for (int user = 0; user < users; user++) {
        int n = pipeline.lastOffset.size() + i;
        pipeline.send(Events.clicked("u" + user, "e-" + user + "-" + now + "-" + n + "-" + i, now));
      }
    }
    pipeline.flush();
  }

  private void everyVersionIsStored() {
    soon().untilAsserted(() -> assertThat(scoring.stored()).isEqualTo(pipeline.lastOffset));
  }

  @Test
  void eventsBecomeFeaturesAndScores() throws Exception {
    try (StreamsApp app = StreamsApp.start(properties())) {
      click(50, 10);

      everyVersionIsStored();
      soon().untilAsserted(() -> assertThat(pipeline.committed()).isEqualTo(500));
      List<SessionFeatures> features = pipeline.features();
      assertThat(features).hasSize(500);
      assertThat(features)
          .filteredOn(
              row -> Objects.equals(row.getOffset(), pipeline.lastOffset.get(row.getUserId())))
          .hasSize(50)
          .allSatisfy(row -> assertThat(row.getVector().getNumbers().getFirst()).isEqualTo(10.0));
      assertThat(managed(app, "/actuator/health/readiness")).contains("UP");
      assertThat(managed(app, "/actuator/health/liveness")).contains("UP");
      assertThat(managed(app, "/actuator/prometheus"))
          .contains("attune_streams_events_total{disposition=\"counted\"} 500.0")
          .contains("attune_dispatch_called_total")
          .contains("attune_commit_barrier_seconds_count")
          .contains("attune_kafka_up 1.0")
          .contains("attune_registry_up 1.0")
          .contains("attune_streams_lag 0.0");
      assertThat(get(app.port(), "/openapi.json").body()).contains("\"openapi\"");
      for (String path : List.of("health", "health/liveness", "prometheus", "info")) {
        assertThat(get(app.port(), "/actuator/" + path).statusCode()).as(path).isEqualTo(404);
      }
    }
  }

  private static String managed(StreamsApp app, String path) throws IOException {
    HttpResponse<String> answer = app.managed(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<String> get(int port, String path) throws IOException {
    return BoundedHttp.get(URI.create("http://127.0.0.1:" + port + path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void aCommitWaitsForWhatIsInFlight(String guarantee) {
    Map<String, Object> properties = properties();
    properties.put("attune.streams.processing-guarantee", guarantee);
    properties.put("attune.scoring.barrier-limit", "2s");
    properties.put("attune.scoring.submit-limit", "1s");
    try (StreamsApp app = StreamsApp.start(properties)) {
      click(1, 1);
      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == 1);
      scoring.answerAfter(Duration.ofMillis(1_500));

      click(1, 1);
      soon()
          .until(
              () -> {
                // committed is read first: if it has moved, the score must be there already
                boolean moved = pipeline.committed() == 2;
                if (moved) {
                  assertThat(scoring.stored("u0")).isEqualTo(1);
                }
                return moved;
              });

      assertThat(app.counters().held()).isZero();
    }
  }

  @Test
  void underOverloadAUserIsCalledOnceAtATimeWithTheNewestVersion() {
    try (StreamsApp app = StreamsApp.start(properties())) {
      scoring.answerAfter(Duration.ofMillis(100));

      click(1, 400);

      everyVersionIsStored();
      assertThat(scoring.requests()).isLessThan(100);
      assertThat(app.counters().conflated()).isGreaterThan(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void anOutageLongerThanTheBarrierIsMarkedCommittedAndScoredLater(String guarantee) {
    scoring.fallSilent();
    try (StreamsApp app = StreamsApp.start(impatient(guarantee))) {
      click(20, 3);

      soon().untilAsserted(() -> assertThat(pipeline.committed()).isEqualTo(60));
      assertThat(scoring.stored()).isEmpty();
      assertThat(app.counters().held()).isGreaterThanOrEqualTo(20);
      scoring.recover();

      everyVersionIsStored();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly_once_v2", "at_least_once"})
  void whatIsOwedSurvivesARestart(String guarantee) {
    scoring.answerWith(Outcome.UNAVAILABLE);
    try (StreamsApp app = StreamsApp.start(impatient(guarantee))) {
      click(20, 3);
      soon().untilAsserted(() -> assertThat(pipeline.committed()).isEqualTo(60));
      assertThat(app.counters().held()).isGreaterThanOrEqualTo(20);
    }
    assertThat(scoring.stored()).isEmpty();
    scoring.recover();

    try (StreamsApp app = StreamsApp.start(impatient(guarantee))) {
      everyVersionIsStored();
      assertThat(app.counters().called()).isPositive();
    }
  }

  @Test
  void goesOnAfterTheScoringServiceDied() {
    try (StreamsApp app = StreamsApp.start(properties())) {
      click(20, 5);
      everyVersionIsStored();
      scoring.stop();

      click(20, 5);
      soon().untilAsserted(() -> assertThat(pipeline.committed()).isEqualTo(200));
      scoring.start();

      everyVersionIsStored();
      // the server has stored a version before its answer is here
      soon().until(() -> app.counters().open() == 0);
    }
  }

  /** One record in a hundred is poison of every sort that the topic can hold. */
  @Test
  void poisonGoesToDeadLettersAndNothingStops() {
    byte[] good = pipeline.bytes(Events.clicked("u0", "wrong-key", System.currentTimeMillis()));
    byte[] otherType = {0, 0, 0, 0, 1, 2, 3};
    try (StreamsApp app = StreamsApp.start(properties())) {
      for (int i = 0; i < 10; i++) {
        click(11, 9);
        byte[] random = new byte[64];
        new java.util.SplittableRandom(i).nextBytes(random);
        random[0] = 1;
        pipeline.sendRaw("u" + i, random);
        switch (i % 3) {
          case 0 -> pipeline.sendRaw("u" + i, new byte[] {0, 0, 15, 66, 63, 1, 2, 3});
          case 1 -> pipeline.sendRaw(null, good);
          default -> pipeline.sendRaw("u" + i, otherType);
        }
      }

      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == 10 * 99 + 20);
      List<DeadLetter> letters =
          pipeline.read(pipeline.topics.deadLetters(), DeadLetter.class, "read_committed");
      assertThat(letters).hasSize(20);
      assertThat(letters)
          .extracting(DeadLetter::getCode)
          .contains("not_wire_format", "schema_unknown", "key_missing");
      assertThat(letters)
          .filteredOn(letter -> letter.getCode().equals("key_missing"))
          .allSatisfy(letter -> assertThat(letter.getOriginal().array()).isEqualTo(good));
      assertThat(pipeline.features()).hasSize(10 * 99);
      assertThat(app.runner().isBroken()).isFalse();
    }
  }
}
