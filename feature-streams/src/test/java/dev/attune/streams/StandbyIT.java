package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.schemas.avro.SessionFeatures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  /** Here, elsewhere, not now. */
  private static final Set<Integer> ANSWERS = Set.of(200, 307, 503);

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
      clickOnce(1);
      soon().until(() -> pipeline.committed() == USERS);
      try (var reading = new Reading(other.port());
          StreamsApp one = instance("a", "zone-a")) {
        soon().until(() -> keepsEveryTask("a") && keepsEveryTask("b"));
        assertThat(one.runner().isBroken()).isFalse();
        reading.assertAlwaysAnswered();
      }
      leave("a-1");
      try (var reading = new Reading(other.port())) {
        soon().until(reading::findsEverybody);
        reading.assertAlwaysAnswered();
      }

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
    properties.put("attune.streams.advertised", id + ".test:7074");
    properties.put("attune.streams.standbys", 1);
    properties.put("attune.streams.threads", 1);
    return StreamsApp.start(properties);
  }

  /**
   * Asks one instance for every user, over and over, while state moves and is restored: each answer
   * comes at once, and is the user, the way to the other instance, or to ask again.
   */
  private static final class Reading implements AutoCloseable {
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final Queue<Object> odd = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile int found;
    private volatile boolean on = true;

    Reading(int port) {
      this.port = port;
      thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
      while (on) {
        int users = 0;
        for (int user = 0; user < USERS && on; user++) {
          users += ask("u" + user) == 200 ? 1 : 0;
        }
        found = users;
      }
    }

    private int ask(String user) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/internal/users/" + user + "?asOf=0");
      try {
        int status =
            http.send(
                    HttpRequest.newBuilder(uri)
                        .timeout(AT_ONCE)
                        .header("Authorization", "Bearer " + ScoringServer.SECRET)
                        .build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (!ANSWERS.contains(status)) {
          odd.add(status);
        }
        return status;
      } catch (IOException | InterruptedException e) {
        odd.add(e);
        return 0;
      }
    }

    boolean findsEverybody() {
      return found == USERS;
    }

    void assertAlwaysAnswered() {
      assertThat(odd).isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
      on = false;
      thread.join();
      http.close();
    }
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
