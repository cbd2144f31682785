package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.avro.SessionFeatures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Copies of state in another rack, and what they are for. */
@Timeout(400)
class StandbyIT {

  private static final int TASKS = 2;
  private static final int USERS = 20;

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline(TASKS);

  StandbyIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void anInstanceInAnotherRackKeepsEveryTasksStateAndTakesOver() throws Exception {
    try (StreamsApp other = instance("b", "zone-b")) {
      try (StreamsApp one = instance("a", "zone-a")) {
        clickOnce(1);
        soon().until(() -> pipeline.committed() == USERS);
        soon().until(() -> keepsEveryTask("a") && keepsEveryTask("b"));
        assertThat(one.runner().isBroken()).isFalse();
      }
      leave("a-1");

      clickOnce(2);

      soon().until(() -> pipeline.committed() == 2 * USERS);
      assertThat(other.runner().isBroken()).isFalse();
    }
    List<SessionFeatures> features = pipeline.features();
    assertThat(features).hasSize(2 * USERS);
    assertThat(features)
        .filteredOn(row -> row.getEventId().startsWith("second"))
        .hasSize(USERS)
        .allSatisfy(row -> assertThat(row.getVector().getNumbers().getFirst()).isEqualTo(2.0));
  }

  private StreamsApp instance(String id, String rack) {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve(id));
    properties.put("attune.streams.instance-id", id);
    properties.put("attune.streams.rack", rack);
    properties.put("attune.streams.standbys", 1);
    properties.put("attune.streams.threads", 1);
    return StreamsApp.start(properties);
  }

  /** As when the process of a static member is known to have ended. */
  private void leave(String member) throws InterruptedException {
    try {
      var unused =
          pipeline
              .admin()
              .removeMembersFromConsumerGroup(
                  pipeline.applicationId,
                  new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove(member))))
              .all()
              .get();
    } catch (ExecutionException e) {
      // its session has timed out meanwhile
    }
  }

  private void clickOnce(int round) {
    long now = System.currentTimeMillis();
    for (int user = 0; user < USERS; user++) {
      String id = (round == 1 ? "first-" : "second-") + user;
      pipeline.send(Events.clicked("u" + user, id, now));
    }
    pipeline.flush();
  }

  /** Half of them as copies: the instances share the tasks. */
  private boolean keepsEveryTask(String instance) {
    Path state = home.resolve(instance).resolve(pipeline.applicationId);
    return IntStream.range(0, TASKS)
        .allMatch(task -> Files.isDirectory(state.resolve("0_" + task + "/rocksdb/users")));
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }
}
