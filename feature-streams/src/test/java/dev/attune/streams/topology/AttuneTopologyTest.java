package dev.attune.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Membership;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.Events;
import dev.attune.streams.LittleRegistry;
import dev.attune.streams.TaskStores;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.DispatchSettings;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Replicas;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class AttuneTopologyTest {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final Topics TOPICS = Topics.standard();
  private static final int EPOCH = 3;

  private final LittleRegistry registry = new LittleRegistry();
  private final SchemaRegistryClient schemas = registry.client(Duration.ofSeconds(4));
  private final List<ScoreRequest> calls = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private Instant now = Instant.ofEpochMilli(START);
  private final CommitBarrier barrier =
      new CommitBarrier(Duration.ofMillis(10), Duration.ZERO, _ -> {});
  private final List<Consumer<CallOutcome>> unanswered = new ArrayList<>();
  // null: calls stay unanswered
  private @Nullable CallOutcome outcome = CallOutcome.SETTLED;
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> events;

  AttuneTopologyTest(@TempDir Path stateDir) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    driver = new TopologyTestDriver(topology(), config, now);
    events =
        driver.createInputTopic(
            TOPICS.interactionEvents(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Topology topology() {
    DispatchSettings settings =
        new DispatchSettings(
            4,
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ZERO,
            1,
            Duration.ofMillis(1));
    Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(
            settings,
            Replicas.of(
                (request, answer) -> {
                  calls.add(request);
                  if (outcome == null) {
                    unanswered.add(answer);
                  } else {
                    answer.accept(outcome);
                  }
                }),
            barrier);
    return new AttuneTopology(
            TopicSerdes.of(TOPICS, schemas),
            new StateStores(Stores::inMemoryKeyValueStore, DataSize.ofMegabytes(1)),
            new TopologyContext(
                Playbook.load(Path.of("src/test/resources/playbook")).engine(),
                EPOCH,
                () -> now,
                new EventMeters(meters),
                _ -> now.toEpochMilli(),
                Rereads.UNHEARD,
                Predecessor.NONE,
                HASHER,
                Tracing.OFF),
            dispatcher,
            List.of())
        .get();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private void send(InteractionEvent event) {
    events.pipeInput(utf8(event.getUserId()), bytes(event), event.getReceivedAt());
  }

  private byte[] bytes(InteractionEvent event) {
    return Objects.requireNonNull(
        new AvroSerializer<InteractionEvent>(schemas).serialize(TOPICS.interactionEvents(), event));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private <T extends SpecificRecord> TestOutputTopic<String, T> output(
      String topic, Class<T> type) {
    return driver.createOutputTopic(
        topic, new StringDeserializer(), new AvroDeserializer<>(schemas, type));
  }

  private List<SessionFeatures> features() {
    return output(TOPICS.sessionFeatures(), SessionFeatures.class).readValuesToList();
  }

  @AfterEach
  void close() {
    driver.close();
    registry.close();
  }

  /** Kafka Streams lists a processor's stores in the order of a hash set. */
  private static String storesInOrder(String description) {
    return Pattern.compile("stores: \\[([^\\]]+)\\]")
        .matcher(description)
        .replaceAll(
            found ->
                Arrays.stream(found.group(1).split(", "))
                    .sorted()
                    .collect(Collectors.joining(", ", "stores: [", "]")));
  }

  @Test
  void isThisPicture() {
    assertThat(storesInOrder(topology().describe().toString()))
        .isEqualToNormalizingNewlines(
            """
            Topologies:
               Sub-topology: 0
                Source: interaction-events (topics: [attune.interaction-events])
                  --> read-event
                Processor: read-event (stores: [])
                  --> update-user, dead-letters
                  <-- interaction-events
                Processor: update-user (stores: [owed-scores, segment-sizes, session-expiries, users])
                  --> erasures, segment-changes, session-features, sessions, user-profiles
                  <-- read-event
                Sink: dead-letters (topic: attune.dead-letters)
                  <-- read-event
                Sink: erasures (topic: attune.erasures)
                  <-- update-user
                Sink: segment-changes (topic: attune.segment-changes)
                  <-- update-user
                Sink: session-features (topic: attune.session-features)
                  <-- update-user
                Sink: sessions (topic: attune.sessions)
                  <-- update-user
                Sink: user-profiles (topic: attune.user-profiles)
                  <-- update-user

            """);
  }

  @Test
  void givesEveryEventItsFeaturesProfileAndScore() {
    send(Events.clicked("u", "e1", START));
    send(Events.pageViewed("u", "e2", "/orders", START + 10));

    List<SessionFeatures> rows = features();
    assertThat(rows).extracting(SessionFeatures::getEventId).containsExactly("e1", "e2");
    assertThat(rows).extracting(SessionFeatures::getOffset).containsExactly(0L, 1L);
    assertThat(rows).extracting(SessionFeatures::getFirstSeenAt).containsExactly(START, START);
    assertThat(rows.get(1).getEpoch()).isEqualTo(EPOCH);
    assertThat(rows.get(1).getReceivedAt()).isEqualTo(START + 10);
    assertThat(rows.get(1).getVector().getNumbers()).containsExactly(1.0, 2.0);
    assertThat(rows.get(1).getVector().getCategories()).containsExactly("/orders");
    List<UserProfile> profiles =
        output(TOPICS.userProfiles(), UserProfile.class).readValuesToList();
    assertThat(profiles).extracting(UserProfile::getOffset).containsExactly(0L, 1L);
    assertThat(calls).extracting(ScoreRequest::getOffset).containsExactly(0L, 1L);
    ScoreRequest call = calls.get(1);
    assertThat(call.getEpoch()).isEqualTo(EPOCH);
    assertThat(call.getNumbersList()).containsExactly(1.0, 2.0);
    assertThat(call.getCategories(0).getValue()).isEqualTo("/orders");
    assertThat(call.getSessionId()).isEqualTo("s-u");
  }

  @Test
  void theNewestMessageGoesWhereItIsNeededAndIsErased() {
    send(Events.clicked("u", "e1", START));
    send(Events.messageSent("u", "e2", START + 1));
    send(Events.clicked("u", "e3", START + 2));
    send(Events.erased("u", "e4", START + 3));

    assertThat(calls)
        .extracting(ScoreRequest::hasMessage)
        .containsExactly(false, true, true, false);
    assertThat(calls.get(2).getMessage()).isEqualTo("where is it");
    assertThat(features())
        .extracting(SessionFeatures::getMessage)
        .containsExactly(null, "where is it", "where is it");
    List<@Nullable UserProfile> profiles =
        output(TOPICS.userProfiles(), UserProfile.class).readValuesToList();
    assertThat(Objects.requireNonNull(profiles.get(2)).getMessage()).isEqualTo("where is it");
    assertThat(profiles.getLast()).isNull();
    send(Events.clicked("u", "e5", START + 4));
    assertThat(calls.getLast().hasMessage()).isFalse();
  }

  @Test
  void whoIsOwedAScoreGetsItWithTheSameMessage() {
    outcome = null;
    send(Events.messageSent("u", "e1", START));
    barrier.pass();
    unanswered.getFirst().accept(CallOutcome.UNAVAILABLE);
    outcome = CallOutcome.SETTLED;

    passUntilScored("u");

    assertThat(calls).hasSizeGreaterThan(1);
    assertThat(calls).extracting(ScoreRequest::getMessage).containsOnly("where is it");
  }

  @Test
  void tellsHowOldEventsAreWhenTheyAreCalled() {
    pass(Duration.ofMillis(40));

    send(Events.clicked("u", "e1", START));

    Timer age = meters.get("attune.streams.event.age").timer();
    assertThat(age.count()).isEqualTo(1);
    assertThat(age.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(40);
  }

  @Test
  void duplicatesAndLateEventsAdvanceTheVersionWithoutBeingCounted() {
    send(Events.clicked("u", "e1", START));
    send(Events.clicked("u", "e1", START));
    send(Events.clicked("u", "e2", START - Duration.ofDays(9).toMillis()));

    assertThat(features())
        .extracting(row -> row.getVector().getNumbers().getFirst())
        .containsExactly(1.0, 1.0, 1.0);
    assertThat(calls).extracting(ScoreRequest::getOffset).containsExactly(0L, 1L, 2L);
    assertThat(counted("counted")).isEqualTo(1);
    assertThat(counted("duplicate")).isEqualTo(1);
    assertThat(counted("too_late")).isEqualTo(1);
  }

  private double counted(String disposition) {
    return meters.get("attune.streams.events").tag("disposition", disposition).counter().count();
  }

  @Test
  void tellsWhenAUserEntersASegment() {
    for (int i = 0; i < 4; i++) {
      send(Events.clicked("u", "e" + i, START + i));
    }

    List<SegmentChange> changes =
        output(TOPICS.segmentChanges(), SegmentChange.class).readValuesToList();
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().getSegment()).isEqualTo("clicker");
    assertThat(changes.getFirst().getChange()).isEqualTo("entered");
    assertThat(changes.getFirst().getOffset()).isEqualTo(2);
    assertThat(calls.get(3).getSegmentsList()).containsExactly("clicker");
    assertThat(calls)
        .extracting(call -> call.getMemberships().getMembersList())
        .containsExactly(List.of(false), List.of(false), List.of(true), List.of(true));
    List<List<Membership>> written =
        features().stream().map(row -> row.getVector().getMemberships()).toList();
    assertThat(written)
        .allSatisfy(
            row ->
                assertThat(row)
                    .extracting(Membership::getDefinition)
                    .isEqualTo(calls.getFirst().getMemberships().getDefinitionsList()));
    assertThat(written.getLast()).extracting(Membership::getMember).containsExactly(true);
    assertThat(output(TOPICS.userProfiles(), UserProfile.class).readValuesToList())
        .last()
        .extracting(profile -> profile.getVector().getMemberships())
        .isEqualTo(written.getLast());
    assertThat(size("clicker")).isEqualTo(1);
    send(Events.erased("u", "e9", START + 9));
    assertThat(size("clicker")).isZero();
  }

  private double size(String segment) {
    return meters.get("attune.segment.size").tag("segment", segment).gauge().value();
  }

  @Test
  void countsHowOftenEachFeatureSaysSomething() {
    send(Events.clicked("u", "e1", START));
    send(Events.clicked("u", "e2", START + 1));

    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(rows("clicks_24h")).isEqualTo(2);
    assertThat(rows("last_page")).isZero();
  }

  private double rows(String feature) {
    return meters.get("attune.feature.rows").tag("feature", feature).counter().count();
  }

  @Test
  void countsIdsThatHadToBeForgotten() {
    for (int i = 0; i < 4_098; i++) {
      send(Events.clicked("u", "e" + i, START + i));
    }

    assertThat(meters.get("attune.streams.forgotten.ids").counter().count()).isEqualTo(2);
  }

  @Test
  void closesASessionWhenReceiptTimePassesTheGap() {
    send(Events.clicked("u", "e1", START));
    pass(Duration.ofMinutes(20));
    send(Events.clicked("u", "e2", START + Duration.ofMinutes(20).toMillis()));

    pass(Duration.ofMinutes(20));
    assertThat(output(TOPICS.sessions(), Session.class).isEmpty()).isTrue();
    pass(Duration.ofMinutes(11));

    List<Session> sessions = output(TOPICS.sessions(), Session.class).readValuesToList();
    assertThat(sessions).hasSize(1);
    assertThat(sessions.getFirst().getEvents()).isEqualTo(2);
    assertThat(sessions.getFirst().getClosedBy()).isEqualTo("gap");
    assertThat(driver.getKeyValueStore(TopologyNames.EXPIRIES_STORE).approximateNumEntries())
        .isZero();
  }

  @Test
  void anErasedUserLeavesATombstoneAndAGuard() {
    send(Events.clicked("u", "e1", START));
    int before = row("u").length;

    send(Events.erased("u", "e2", START + 1));

    List<KeyValue<String, UserProfile>> profiles =
        output(TOPICS.userProfiles(), UserProfile.class).readKeyValuesToList();
    assertThat(profiles).hasSize(2);
    assertThat(profiles.get(1).value).isNull();
    assertThat(calls.get(1).getErased()).isTrue();
    assertThat(calls.get(1).getOffset()).isEqualTo(1);
    assertThat(row("u").length).isLessThan(before);
    assertThat(features()).hasSize(1);
    KeyValue<String, Erasure> record = output(TOPICS.erasures(), Erasure.class).readKeyValue();
    Erasure erasure = record.value;
    assertThat(record.key).isEqualTo(erasure.getUserHash());
    assertThat(erasure.getReceiptId()).isEqualTo("r-e2");
    assertThat(erasure.getUserHash()).isEqualTo(HASHER.hash("u"));
    assertThat(erasure.getHashKey()).isEqualTo(HASHER.keyId());
    assertThat(erasure.getOffset()).isEqualTo(1);
    assertThat(erasure.getStateErasedAt()).isEqualTo(START);
  }

  @Test
  void forgetsTheGuardOnceThePredictionStoreKnows() {
    outcome = CallOutcome.UNAVAILABLE;
    send(Events.clicked("v", "e0", START));
    send(Events.erased("u", "e1", START));
    pass(Duration.ofMinutes(61));
    assertThat(users().get("u")).isNotNull();

    outcome = CallOutcome.SETTLED;
    passUntilScored("u");
    pass(Duration.ofMinutes(61));

    assertThat(calls).filteredOn(ScoreRequest::getErased).isNotEmpty();
    assertThat(users().get("u")).isNull();
    assertThat(users().get("v")).isNotNull();
  }

  @Test
  void anOldSessionsEndDoesNotForgetAnErasureThatIsUnderWay() {
    send(Events.clicked("u", "e1", START));
    pass(Duration.ofMinutes(30).minusMillis(600));
    outcome = null;
    send(Events.erased("u", "e2", now.toEpochMilli()));

    pass(Duration.ofSeconds(2));
    assertThat(users().get("u")).as("the session's time is over").isNotNull();
    barrier.pass();
    unanswered.getFirst().accept(CallOutcome.UNAVAILABLE);
    // how often it is tried again meanwhile is a matter of real time
    outcome = CallOutcome.UNAVAILABLE;
    pass(Duration.ofMinutes(61));
    assertThat(users().get("u")).as("still owed").isNotNull();

    outcome = CallOutcome.SETTLED;
    passUntilScored("u");
    assertThat(calls.getLast().getErased()).isTrue();
    pass(Duration.ofMinutes(61));
    assertThat(users().get("u")).isNull();
  }

  @Test
  void anErasedUserWhoComesBackStartsFromNothing() {
    send(Events.clicked("u", "e1", START));
    send(Events.erased("u", "e2", START + 1));
    send(Events.clicked("u", "e1", START + 2));
    pass(Duration.ofMinutes(61));

    assertThat(features())
        .extracting(row -> row.getVector().getNumbers().getFirst())
        .containsExactly(1.0, 1.0);
    assertThat(calls.getLast().getErased()).isFalse();
    assertThat(users().get("u")).isNotNull();
  }

  private KeyValueStore<String, byte[]> users() {
    return TaskStores.store(driver, TopologyNames.USERS_STORE);
  }

  private byte[] row(String user) {
    return users().get(user);
  }

  /** The stream's time is the test's, but the breaker's pause between probes is real. */
  private void passUntilScored(String user) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              pass(Duration.ofSeconds(1));
              return driver.getKeyValueStore(TopologyNames.OWED_STORE).get(user) == null;
            });
  }

  @Test
  void scoresAnOwedUserFromTheRowLater() {
    outcome = CallOutcome.UNAVAILABLE;
    send(Events.clicked("v", "e0", START));
    send(Events.clicked("u", "e1", START));
    send(Events.clicked("u", "e2", START + 5));
    assertThat(driver.getKeyValueStore(TopologyNames.OWED_STORE).get("u")).isNotNull();
    calls.clear();

    outcome = CallOutcome.SETTLED;
    passUntilScored("u");

    List<ScoreRequest> ofUser =
        calls.stream().filter(call -> call.getUserId().equals("u")).toList();
    ScoreRequest call = ofUser.getLast();
    assertThat(call.getOffset()).isEqualTo(2);
    assertThat(call.getNumbersList()).containsExactly(2.0, 2.0);
    assertThat(call.getMemberships().getMembersList()).containsExactly(false);
    assertThat(features().getLast().getVector().getMemberships())
        .extracting(Membership::getDefinition)
        .isEqualTo(call.getMemberships().getDefinitionsList());
    assertThat(call.getReceivedAtMs()).isEqualTo(START + 5);
    assertThat(driver.getKeyValueStore(TopologyNames.OWED_STORE).get("u")).isNull();
  }

  @Test
  void keepsWhatIsUnreadableWithItsBytesAndCoordinates() {
    byte[] good = bytes(Events.clicked("u", "e1", START));
    byte[] unknownSchema = good.clone();
    ByteBuffer.wrap(unknownSchema).putInt(1, 4711);
    byte[] cut = Arrays.copyOf(good, good.length - 3);
    byte[] otherType =
        new AvroSerializer<DeadLetter>(schemas).serialize(TOPICS.deadLetters(), anyLetter());

    events.pipeInput(utf8("u"), utf8("random"), START);
    events.pipeInput(utf8("u"), unknownSchema, START);
    events.pipeInput(utf8("u"), cut, START);
    events.pipeInput(utf8("u"), otherType, START);
    events.pipeInput(null, good, START);
    events.pipeInput(utf8("someone else"), good, START);
    events.pipeInput(utf8("u"), null, START);
    send(Events.clicked("u", "e2", START));

    List<KeyValue<String, DeadLetter>> letters =
        output(TOPICS.deadLetters(), DeadLetter.class).readKeyValuesToList();
    assertThat(letters)
        .extracting(letter -> letter.value.getCode())
        .containsExactly(
            "not_wire_format",
            "schema_unknown",
            "malformed",
            "schema_incompatible",
            "key_missing",
            "key_mismatch",
            "value_missing");
    DeadLetter second = letters.get(1).value;
    assertThat(letters.get(1).key).isEqualTo("attune.interaction-events-0-1");
    assertThat(second.getOffset()).isEqualTo(1);
    assertThat(second.getSchemaId()).isEqualTo(4711);
    assertThat(second.getOriginal()).isEqualTo(ByteBuffer.wrap(unknownSchema));
    assertThat(second.getKey()).isEqualTo(ByteBuffer.wrap(utf8("u")));
    assertThat(features()).extracting(SessionFeatures::getEventId).containsExactly("e2");
  }

  private static DeadLetter anyLetter() {
    return DeadLetter.newBuilder()
        .setSource("test")
        .setCode("x")
        .setDetail("x")
        .setReceivedAt(0)
        .setOriginal(ByteBuffer.allocate(0))
        .build();
  }

  @Test
  void aRegistryThatIsAwayIsNoReasonForADeadLetter() {
    byte[] unknownSchema = ByteBuffer.allocate(6).put((byte) 0).putInt(9).put((byte) 0).array();
    registry.goAway();

    assertThatThrownBy(() -> events.pipeInput(utf8("u"), unknownSchema, START))
        .hasRootCauseInstanceOf(Exception.class)
        .hasStackTraceContaining(RecordException.RegistryAway.class.getSimpleName());
  }
}
