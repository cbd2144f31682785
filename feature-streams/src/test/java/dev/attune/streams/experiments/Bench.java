package dev.attune.streams.experiments;

import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.registry.AvroDeserializer;
import dev.attune.schemas.registry.AvroSerializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import dev.attune.streams.LittleRegistry;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.DispatchSettings;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Verdict;
import dev.attune.streams.kpi.KpiBranch;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.EventMeters;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.RecordSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology with a playbook that has an experiment, driven without a broker by a clock that
 * stands until it is told to pass, and able to crash.
 */
public final class Bench implements AutoCloseable {

  public static final Topics TOPICS = Topics.standard();
  private static final List<String> STORES =
      List.of(
          "users",
          "session-expiries",
          "owed-scores",
          ExperimentBranch.EXPOSURES_STORE,
          ExperimentBranch.WINDOWS_STORE,
          ExperimentBranch.SUMS_STORE,
          "kpi-users",
          "kpi-sums");

  final List<ScoreRequest> scored = new ArrayList<>();
  private static final Duration BETWEEN_COMMITS = Duration.ofMinutes(5);
  private static final int RECORDS_A_COMMIT = 17;

  private final LittleRegistry registry = new LittleRegistry();
  private final SchemaRegistryClient schemas = registry.client();
  private final Path home;
  private final Instant start;
  private Instant now;
  private TopologyTestDriver driver;

  /**
   * @param start epoch milliseconds
   */
  public Bench(Path home, long start) {
    this.home = home;
    this.start = Instant.ofEpochMilli(start);
    this.now = this.start;
    this.driver = open();
  }

  private TopologyTestDriver open() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "experiments");
    config.put(
        StreamsConfig.STATE_DIR_CONFIG, home.resolve(Long.toString(System.nanoTime())).toString());
    config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    return new TopologyTestDriver(topology(() -> now).get(), config, now);
  }

  public void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  /**
   * Starts from nothing and sends all records. Now and then time passes and what is known is
   * committed; a crash takes state back to the last commit and the same records are read again.
   *
   * @param crashes after which records
   */
  public void run(List<SpecificRecord> records, List<Integer> crashes) {
    driver.close();
    now = start;
    driver = open();
    Map<String, Map<Object, Object>> committed = Map.of();
    int since = 0;
    for (int i = 0; i < records.size(); i++) {
      send(records.get(i));
      if (crashes.contains(i)) {
        driver.close();
        driver = open();
        restore(committed);
        records.subList(since, i + 1).forEach(this::send);
      }
      if (i % RECORDS_A_COMMIT == 0) {
        pass(BETWEEN_COMMITS);
        committed = state();
        since = i + 1;
      }
    }
  }

  /** Moments to crash at. */
  public static List<Integer> crashes(int seed, int records) {
    var random = new SplittableRandom(seed);
    return IntStream.range(0, 6).mapToObj(_ -> random.nextInt(records)).toList();
  }

  private AttuneTopology topology(InstantSource clock) {
    Playbook playbook = Playbook.load(Path.of("src/test/resources/experiment-playbook"));
    DispatchSettings settings =
        new DispatchSettings(
            4,
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ZERO,
            1,
            Duration.ofMillis(1));
    CommitBarrier barrier = new CommitBarrier(Duration.ofSeconds(1), Duration.ZERO, _ -> {});
    Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(
            settings,
            (request, _, answer) -> {
              scored.add(request);
              answer.accept(Verdict.SETTLED);
            },
            barrier);
    return new AttuneTopology(
        TOPICS,
        RecordSerdes.of(schemas),
        playbook.engine(),
        dispatcher,
        new EventMeters(new SimpleMeterRegistry()),
        clock,
        0,
        Stores::inMemoryKeyValueStore,
        List.of(ExperimentBranch.of(playbook, schemas).orElseThrow(), KpiBranch.of(schemas)),
        Predecessor.NONE);
  }

  public void send(SpecificRecord record) {
    switch (record) {
      case InteractionEvent event ->
          pipe(TOPICS.interactionEvents(), event.getUserId(), event, event.getReceivedAt());
      case Decision decision ->
          pipe(TOPICS.decisions(), decision.getUserId(), decision, decision.getDecidedAt());
      default -> throw new IllegalArgumentException("neither event nor decision");
    }
  }

  private <T extends SpecificRecord> void pipe(String topic, String user, T record, long at) {
    byte[] value = Objects.requireNonNull(new AvroSerializer<T>(schemas).serialize(topic, record));
    pipe(topic, user, value, at);
  }

  void pipe(String topic, String user, byte[] value, long at) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(user.getBytes(StandardCharsets.UTF_8), value, Instant.ofEpochMilli(at));
  }

  List<TestRecord<String, ExperimentResult>> results() {
    return output(TOPICS.experimentResults(), ExperimentResult.class);
  }

  List<TestRecord<String, DeadLetter>> deadLetters() {
    return output(TOPICS.deadLetters(), DeadLetter.class);
  }

  List<TestRecord<String, UserProfile>> profiles() {
    return output(TOPICS.userProfiles(), UserProfile.class);
  }

  public <T extends SpecificRecord> List<TestRecord<String, T>> output(
      String topic, Class<T> type) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), new AvroDeserializer<>(schemas, type))
        .readRecordsToList();
  }

  /** What a commit keeps. */
  public Map<String, Map<Object, Object>> state() {
    Map<String, Map<Object, Object>> state = new HashMap<>();
    for (String store : STORES) {
      Map<Object, Object> contents = new HashMap<>();
      try (var entries = driver.getKeyValueStore(store).all()) {
        entries.forEachRemaining(entry -> contents.put(entry.key, entry.value));
      }
      state.put(store, contents);
    }
    return state;
  }

  private void restore(Map<String, Map<Object, Object>> state) {
    state.forEach((store, contents) -> contents.forEach(driver.getKeyValueStore(store)::put));
  }

  @Override
  public void close() {
    driver.close();
    registry.close();
  }
}
