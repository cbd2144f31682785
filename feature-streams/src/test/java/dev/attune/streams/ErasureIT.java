package dev.attune.streams;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is erased leaves the compacted topics and the changelogs, within a day at most. */
@Timeout(300)
class ErasureIT {
  private static final String DAY = Long.toString(Duration.ofDays(1).toMillis());
  private static final String PAGE = "/page-that-tells-who-it-was";

  private final Path stateDir;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline(1);

  ErasureIT(@TempDir Path stateDir) {
    this.stateDir = stateDir;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void anErasedUsersBytesAreCompactedAway() throws Exception {
    List<String> compacted = new ArrayList<>(List.of(pipeline.topics.userProfiles()));
    try (StreamsApp _ = StreamsApp.start(pipeline.properties(scoring, stateDir))) {
      long now = System.currentTimeMillis();
      pipeline.send(Events.pageViewed("gone", "e1", PAGE, now));
      pipeline.flush();
      soon().until(() -> pipeline.committed() == 1);
      compacted.addAll(changelogs());
      assertThat(compacted).hasSizeGreaterThanOrEqualTo(5);
      assertThat(compacted).allSatisfy(this::isCompactedWithinADay);
      String users = pipeline.applicationId + "-users-changelog";
      assertThat(tells(pipeline.topics.userProfiles())).isTrue();
      assertThat(tells(users)).isTrue();

      pipeline.send(Events.erased("gone", "e2", now + 1));
      pipeline.flush();
      soon().until(() -> pipeline.committed() == 2);
      compactNow(List.of(pipeline.topics.userProfiles(), users));

      // another user's events close the segments, as a day without them would
      soon()
          .until(
              () -> {
                pipeline.send(Events.clicked("stays", "s" + System.nanoTime(), now));
                pipeline.flush();
                return !tells(pipeline.topics.userProfiles()) && !tells(users);
              });
    }
  }

  private List<String> changelogs() throws Exception {
    return pipeline.admin().listTopics().names().get().stream()
        .filter(name -> name.startsWith(pipeline.applicationId) && name.endsWith("-changelog"))
        .toList();
  }

  /** As the broker has it: whatever was replaced is cleaned within a day, and so are tombstones. */
  private void isCompactedWithinADay(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        Objects.requireNonNull(
            pipeline.admin().describeConfigs(List.of(resource)).all().get().get(resource));
    assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
    assertThat(config.get("max.compaction.lag.ms").value()).isEqualTo(DAY);
    assertThat(config.get("delete.retention.ms").value()).isEqualTo(DAY);
  }

  /** Whether any record that can be read tells what the user did. */
  private boolean tells(String topic) {
    return pipeline.bytes(topic).stream()
        .anyMatch(value -> new String(value, ISO_8859_1).contains(PAGE));
  }

  /** The same settings with a day made a moment. */
  private void compactNow(List<String> topics) throws Exception {
    set(ConfigResource.Type.BROKER, "", Map.of("log.cleaner.backoff.ms", "200"));
    for (String topic : topics) {
      set(
          ConfigResource.Type.TOPIC,
          topic,
          Map.of("max.compaction.lag.ms", "50", "segment.ms", "50", "delete.retention.ms", "0"));
    }
  }

  private void set(ConfigResource.Type type, String name, Map<String, String> values)
      throws Exception {
    List<AlterConfigOp> changes =
        values.entrySet().stream()
            .map(
                entry ->
                    new AlterConfigOp(
                        new ConfigEntry(entry.getKey(), entry.getValue()),
                        AlterConfigOp.OpType.SET))
            .toList();
    pipeline
        .admin()
        .incrementalAlterConfigs(Map.of(new ConfigResource(type, name), changes))
        .all()
        .get();
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(250));
  }
}
