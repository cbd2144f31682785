package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserProfile;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Features change on a running system: recount in silence, switch, go on. */
@Timeout(400)
class BackfillIT {
  private static final int USERS = 20;
  private static final String SESSION = "session: {gap: 1m}\n\n";
  private static final String BEFORE =
      SESSION + "features:\n  clicks_24h: {count: clicked, window: 24h}\n";
  private static final String AFTER =
      BEFORE + "  clicks_1h: {count: clicked, window: 1h}\n  pace: {decay: any, half_life: 1h}\n";

  private final Path dir;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline(2);
  private final String nextId = pipeline.topics.prefix() + "next";

  BackfillIT(@TempDir Path dir) {
    this.dir = dir;
  }

  @AfterEach
  void close() {
    pipeline.close();
    scoring.close();
  }

  @Test
  void aNewStateTakesOverWithoutAnythingLostOrSaidTwice() throws Exception {
    Path before = playbook("before", BEFORE);
    Path after = playbook("after", AFTER);
    String newFeatures = Playbook.load(after).features().id();
    StreamsApp live = StreamsApp.start(properties(pipeline.applicationId, before));
    history();
    soon().until(() -> pipeline.committed() == end());
    Traffic traffic = new Traffic();
    try (traffic) {
      long recounted = backfill(after);
      live.close();
      leave(pipeline.applicationId);
      Map<String, Object> successor = backfilling(after);
      successor.put("attune.backfill.publish", true);
      try (StreamsApp next = StreamsApp.start(successor)) {
        traffic.close();
        soon().until(() -> pipeline.committed(nextId) == end());

        Map<String, FeatureVector> expected = recount(Playbook.load(after), newFeatures);
        soon()
            .untilAsserted(() -> assertThat(profiles(newFeatures)).containsAllEntriesOf(expected));
        assertThat(profiles(newFeatures)).doesNotContainKey("gone");
        soon()
            .until(() -> sessions().stream().map(Session::getUserId).distinct().count() == users());
        soon().until(() -> next.counters().open() == 0);
        assertThat(events(next)).as("read again").isLessThanOrEqualTo(end() - recounted);
      }
    }
    everythingWasSaidOnce();
  }

  /**
   * Runs beside the live application, which goes on, until it has caught up.
   *
   * @return how many records it is done with, which whoever goes on doesn't read again
   */
  private long backfill(Path playbook) {
    long published = pipeline.committed();
    try (StreamsApp silent = StreamsApp.start(backfilling(playbook))) {
      soon().until(() -> pipeline.committed(nextId) >= published);
      assertThat(silent.runner().isBroken()).isFalse();
      soon().until(() -> pipeline.committed() > published);
    }
    leave(nextId);
    long recounted = pipeline.committed(nextId);
    soon().until(() -> pipeline.committed() >= recounted);
    return recounted;
  }

  private static double events(StreamsApp app) {
    return app
        .context()
        .getBean(MeterRegistry.class)
        .get("attune.streams.events")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** Users of whom only some stay; one who was erased; a record that can't be read. */
  private void history() {
    long now = receipt();
    for (int i = 0; i < 5; i++) {
      for (int user = 0; user < USERS; user++) {
        pipeline.send(Events.clicked("u" + user, "h-" + user + "-" + i, now + i));
        pipeline.send(Events.clicked("past" + user, "p-" + user + "-" + i, now + i));
      }
    }
    pipeline.send(Events.clicked("gone", "g-1", now));
    pipeline.send(Events.erased("gone", "g-2", now + 1));
    pipeline.sendRaw("u0", new byte[] {9, 9, 9});
    pipeline.flush();
  }

  /** Clicks at a steady pace, each user's at another time, until it is closed. */
  private final class Traffic implements AutoCloseable {
    private volatile boolean on = true;
    private final Thread thread = Thread.ofVirtual().start(this::run);

    private void run() {
      for (int i = 0; on; i++) {
        String user = "u" + i % USERS;
        pipeline.send(Events.clicked(user, "t-" + i, receipt()));
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
      }
    }

    @Override
    public void close() throws InterruptedException {
      on = false;
      thread.join();
      pipeline.flush();
    }
  }

  /** Received so long ago that a session without another event is over in two seconds. */
  private static long receipt() {
    return System.currentTimeMillis() - Duration.ofSeconds(58).toMillis();
  }

  private static long users() {
    return 2L * USERS;
  }

  private void everythingWasSaidOnce() {
    List<String> rows = pipeline.features().stream().map(SessionFeatures::getEventId).toList();
    assertThat(rows)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(ids(event -> !event.getType().equals("user_erased")));
    assertThat(sessions().stream().map(BackfillIT::revision).toList()).doesNotHaveDuplicates();
    List<SegmentChange> changes =
        pipeline.read(pipeline.topics.segmentChanges(), SegmentChange.class, "read_committed");
    assertThat(changes.stream().map(SegmentChange::getUserId).toList())
        .hasSize((int) users())
        .doesNotHaveDuplicates();
    assertThat(pipeline.read(pipeline.topics.deadLetters(), DeadLetter.class, "read_committed"))
        .hasSize(1);
  }

  private List<String> ids(Predicate<InteractionEvent> filter) {
    return pipeline.events().stream()
        .map(ConsumerRecord::value)
        .filter(filter)
        .map(InteractionEvent::getEventId)
        .toList();
  }

  private List<Session> sessions() {
    return pipeline.read(pipeline.topics.sessions(), Session.class, "read_committed");
  }

  private static String revision(Session session) {
    return "%s %s %d %d"
        .formatted(
            session.getUserId(),
            session.getSessionId(),
            session.getStartedAt(),
            session.getRevision());
  }

  /** The newest vectors of a fresh count with the given features over the whole topic. */
  private Map<String, FeatureVector> recount(Playbook playbook, String features) {
    var engine = playbook.engine();
    Map<String, UserState> states = new HashMap<>();
    for (ConsumerRecord<String, InteractionEvent> record : pipeline.events()) {
      Position position = new Position(0, record.partition(), record.offset());
      UserState state = states.get(record.key());
      states.put(record.key(), engine.apply(state, record.value(), position).state());
    }
    Map<String, FeatureVector> vectors = new HashMap<>();
    states.forEach(
        (user, state) -> {
          if (!state.isErased()) {
            FeatureRow row = engine.read(state, state.newestMillis());
            vectors.put(user, row.toAvro());
          }
        });
    assertThat(vectors).hasSize((int) users());
    assertThat(vectors.values())
        .allSatisfy(v -> assertThat(v.getFeatureSetId()).isEqualTo(features));
    return vectors;
  }

  private Map<String, FeatureVector> profiles(String features) {
    Map<String, FeatureVector> newest = new ConcurrentHashMap<>();
    List<UserProfile> all =
        new ArrayList<>(
            pipeline.read(pipeline.topics.userProfiles(), UserProfile.class, "read_committed"));
    for (UserProfile profile : all) {
      if (profile != null && profile.getVector().getFeatureSetId().equals(features)) {
        newest.put(profile.getUserId(), profile.getVector());
      }
    }
    return newest;
  }

  private long end() {
    return pipeline.sentEvents() + 1;
  }

  /** As when the process of a static member is known to have ended. */
  private void leave(String group) {
    try {
      pipeline
          .admin()
          .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> properties(String applicationId, Path playbook) {
    Map<String, Object> properties = pipeline.properties(scoring, dir.resolve("state"));
    properties.put("attune.streams.application-id", applicationId);
    properties.put("attune.pipeline.playbook", playbook);
    return properties;
  }

  private Map<String, Object> backfilling(Path playbook) {
    Map<String, Object> properties = properties(nextId, playbook);
    properties.put("attune.backfill.of", pipeline.applicationId);
    properties.put("attune.skew.one-in", 0);
    return properties;
  }

  private Path playbook(String name, String features) throws IOException {
    Path folder = Files.createDirectories(dir.resolve(name));
    Files.writeString(folder.resolve("features.yaml"), features);
    Files.writeString(
        folder.resolve("segments.yaml"), "segments:\n  clicker: {enter: clicks_24h >= 3}\n");
    return folder;
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }
}
