package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.topic.KeyPartition;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * {@code interaction-events} begins again at offset 0 while the epoch stays, under a running
 * service and under a stopped one; and the same events are read again, which is no such thing.
 */
@Timeout(400)
@ExtendWith(OutputCaptureExtension.class)
class EpochIT {
  private static final int USERS = 8;
  private static final String CREATED_ANEW = "was created anew";

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();
  private int clicks;

  EpochIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  /** By the topic's id: Kafka Streams may not read any more, since it commits in the old topic. */
  @Test
  void tellsOfATopicThatWasCreatedAnewUnderIt(CapturedOutput log) {
    try (StreamsApp app = start(0)) {
      click(5);
      everyVersionIsStored();
      assertThat(health(app).statusCode()).isEqualTo(200);

      createAnew();

      soon().until(() -> metric(app, "attune_streams_recreated_partitions") == Pipeline.PARTITIONS);
      assertThat(health(app).statusCode()).isEqualTo(503);
      assertThat(health(app).body()).contains("ATTUNE_EPOCH", "createdAnew");
      assertThat(log).contains(CREATED_ANEW);
    }
  }

  @Test
  void tellsOfATopicThatWasCreatedAnewWhileItWasStoppedUntilTheEpochIsRaised(CapturedOutput log) {
    try (StreamsApp _ = start(0)) {
      click(5);
      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == 5 * USERS);
    }
    createAnew();
    click(1);

    try (StreamsApp app = start(0)) {
      tellsOfEveryPartition(app, log);
    }

    clickInEpochOne();
  }

  @Test
  void eventsThatAreReadAgainAreNoTopicCreatedAnew(CapturedOutput log) {
    try (StreamsApp _ = start(0)) {
      click(5);
      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == 5 * USERS);
    }
    readFromTheBeginning();

    try (StreamsApp app = start(0)) {
      // a user's row goes back with the first of them
      soon().until(() -> metric(app, "attune_streams_reread_events_total") == USERS);
      soon().until(() -> metric(app, "attune_streams_reread_unjudged") == 0);

      assertThat(health(app).statusCode()).isEqualTo(200);
      assertThat(metric(app, "attune_streams_recreated_partitions")).isZero();
      assertThat(log).doesNotContain(CREATED_ANEW);
    }
  }

  @Test
  void tellsOfALoweredEpoch(CapturedOutput log) {
    try (StreamsApp _ = start(1)) {
      click(1);
      everyVersionIsStored();
      soon().until(() -> pipeline.committed() == USERS);
    }

    try (StreamsApp app = start(0)) {
      click(1);

      soon().until(() -> health(app).statusCode() == 503);
      assertThat(health(app).body()).contains("ATTUNE_EPOCH", "\"lowered\":\"from 1 to 0\"");
      assertThat(log).containsOnlyOnce("was lowered");
    }
  }

  private StreamsApp start(int epoch) {
    Map<String, Object> properties = pipeline.properties(scoring, home);
    properties.put("attune.pipeline.epoch", epoch);
    // a commit of offsets in a topic that is gone is tried for so long, a minute by default
    properties.put("attune.kafka.properties[producer.max.block.ms]", 3_000);
    return StreamsApp.start(properties);
  }

  private void tellsOfEveryPartition(StreamsApp app, CapturedOutput log) {
    var partitions =
        users().stream()
            .map(user -> KeyPartition.of(user, Pipeline.PARTITIONS))
            .collect(Collectors.toCollection(TreeSet::new));
    soon().until(() -> metric(app, "attune_streams_recreated_partitions") == partitions.size());

    HttpResponse<String> health = health(app);
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body())
        .contains("OUT_OF_SERVICE", "ATTUNE_EPOCH", partitions.toString().replace(" ", ""));
    assertThat(app.managed("/actuator/health/readiness").statusCode()).isEqualTo(200);
    assertThat(app.managed("/actuator/health/liveness").statusCode()).isEqualTo(200);
    for (int partition : partitions) {
      assertThat(log)
          .containsOnlyOnce(
              pipeline.topics.interactionEvents() + "-" + partition + " " + CREATED_ANEW);
    }
  }

  /** The remedy: what is in the new topic and what comes now is newer than what is stored. */
  private void clickInEpochOne() {
    try (StreamsApp app = start(1)) {
      click(1);

      soon()
          .untilAsserted(
              () ->
                  assertThat(users())
                      .allSatisfy(
                          user -> {
                            var request = Objects.requireNonNull(scoring.last(user));
                            assertThat(request.getEpoch()).isEqualTo(1);
                            assertThat(request.getOffset())
                                .isEqualTo(pipeline.lastOffset.get(user));
                          }));
      assertThat(health(app).statusCode()).isEqualTo(200);
      assertThat(metric(app, "attune_streams_recreated_partitions")).isZero();
    }
  }

  private void createAnew() {
    String topic = pipeline.topics.interactionEvents();
    var _ = KafkaAdmin.await(pipeline.admin().deleteTopics(List.of(topic)).all());
    soon().until(() -> !KafkaAdmin.await(pipeline.admin().listTopics().names()).contains(topic));
    var again = new NewTopic(topic, Pipeline.PARTITIONS, (short) 1);
    var _ = KafkaAdmin.await(pipeline.admin().createTopics(List.of(again)).all());
    pipeline.lastOffset.clear();
  }

  private void readFromTheBeginning() {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        IntStream.range(0, Pipeline.PARTITIONS)
            .mapToObj(i -> new TopicPartition(pipeline.topics.interactionEvents(), i))
            .collect(Collectors.toMap(partition -> partition, _ -> new OffsetAndMetadata(0)));
    soon()
        .ignoreExceptions() // the one that has just ended is still a member for a while
        .until(
            () -> {
              var _ =
                  KafkaAdmin.await(
                      pipeline
                          .admin()
                          .alterConsumerGroupOffsets(pipeline.applicationId, offsets)
                          .all());
              return true;
            });
  }

  private static List<String> users() {
    return IntStream.range(0, USERS).mapToObj(i -> "u" + i).toList();
  }

  private void click(int eventsEach) {
    long now = System.currentTimeMillis();
    for (int i = 0; i < eventsEach; i++) {
      for (String user : users()) {
        pipeline.send(Events.clicked(user, "e-" + clicks++, now));
      }
    }
    pipeline.flush();
  }

  private void everyVersionIsStored() {
    soon().untilAsserted(() -> assertThat(scoring.stored()).isEqualTo(pipeline.lastOffset));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }

  private static HttpResponse<String> health(StreamsApp app) {
    return app.managed("/actuator/health");
  }

  /** NaN where there is no such metric. */
  private static double metric(StreamsApp app, String name) {
    return app.managed("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }
}
