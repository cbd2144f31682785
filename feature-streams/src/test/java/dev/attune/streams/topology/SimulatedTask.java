package dev.attune.streams.topology;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserEngine;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.MockClients;
import dev.attune.streams.TaskStores;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.DispatchSettings;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Replica;
import dev.attune.streams.dispatch.Replicas;
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
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.springframework.util.unit.DataSize;

/**
 * One task of the topology that commits, crashes and moves to another instance the way exactly-once
 * has it: a commit keeps state and output together; a crash takes both back to the last commit and
 * reads the events since then again. Each owner counts offsets anew under a higher epoch, since a
 * test driver can't begin at an offset.
 */
final class SimulatedTask implements AutoCloseable {
  private static final List<String> STORES =
      List.of(
          TopologyNames.USERS_STORE,
          TopologyNames.EXPIRIES_STORE,
          TopologyNames.OWED_STORE,
          TopologyNames.SIZES_STORE);

  private static final UserEngine ENGINE =
      Playbook.load(Path.of("src/test/resources/playbook")).engine();

  private final Topics topics = Topics.standard();
  private final SchemaRegistryClient schemas;
  private final Path home;
  private final InstantSource clock;
  private final Replica<ScoreRequest> scoring;
  private final List<SessionFeatures> features = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<InteractionEvent> uncommitted = new ArrayList<>();
  private final Map<String, Map<Object, Object>> committed = new HashMap<>();
  private int owners;
  private Owner owner;

  SimulatedTask(
      SchemaRegistryClient schemas, Path home, InstantSource clock, Replica<ScoreRequest> scoring) {
    this.schemas = schemas;
    this.home = home;
    this.clock = clock;
    this.scoring = scoring;
    this.owner = new Owner(owners++);
  }

  /** Offset of the event in its owner's order, with the owner's epoch above. */
  long send(InteractionEvent event) {
    uncommitted.add(event);
    return owner.send(event);
  }

  /** Passes the barrier and keeps what was done; the events since the last commit are final. */
  void commit() {
    owner.commit();
    features.addAll(owner.read(topics.sessionFeatures(), SessionFeatures.class));
    sessions.addAll(owner.read(topics.sessions(), Session.class));
    STORES.forEach(store -> committed.put(store, owner.contents(store)));
    uncommitted.clear();
  }

  /** Loses what was not committed; returns the last version of each user that was done again. */
  Map<String, Long> crash() {
    owner.close();
    owner = new Owner(owners++);
    STORES.forEach(store -> owner.restore(store, committed.getOrDefault(store, Map.of())));
    Map<String, Long> again = new HashMap<>();
    uncommitted.forEach(event -> again.put(event.getUserId(), owner.send(event)));
    return again;
  }

  void pass(Duration time) {
    owner.driver.advanceWallClockTime(time);
  }

  boolean owes(String user) {
    return owner.driver.<String, Long>getKeyValueStore(TopologyNames.OWED_STORE).get(user) != null;
  }

  boolean hasOpenSessions() {
    return !owner.contents(TopologyNames.EXPIRIES_STORE).isEmpty();
  }

  List<SessionFeatures> features() {
    return features;
  }

  List<Session> sessions() {
    return sessions;
  }

  @Override
  public void close() {
    owner.close();
  }

  /** An instance that has the task. */
  private final class Owner implements AutoCloseable {
    private final int epoch;
    private final Producer<byte[], byte[]> producer;
    private final Dispatcher<String, ScoreRequest> dispatcher;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> events;
    private long offset;

    Owner(int epoch) {
      this.epoch = epoch;
      CommitBarrier barrier = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
      producer = barrier.clients(new MockClients()).getProducer(Map.of());
      producer.initTransactions();
      dispatcher = new Dispatcher<>(settings(), Replicas.of(scoring), barrier);
      Properties config = new Properties();
      config.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulation");
      config.put(StreamsConfig.STATE_DIR_CONFIG, home.resolve("owner-" + epoch).toString());
      driver = new TopologyTestDriver(topology().get(), config, clock.instant());
      events =
          driver.createInputTopic(
              topics.interactionEvents(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private AttuneTopology topology() {
      return new AttuneTopology(
          TopicSerdes.of(topics, schemas),
          // so small that users are forgotten all the time
          new StateStores(Stores::inMemoryKeyValueStore, DataSize.ofKilobytes(4)),
          new TopologyContext(
              ENGINE,
              epoch,
              clock,
              new EventMeters(new SimpleMeterRegistry()),
              _ -> clock.millis(),
              Rereads.UNHEARD,
              Predecessor.NONE),
          dispatcher,
          List.of());
    }

    long send(InteractionEvent event) {
      byte[] value =
          Objects.requireNonNull(
              new AvroSerializer<InteractionEvent>(schemas)
                  .serialize(topics.interactionEvents(), event));
      byte[] key = event.getUserId().getBytes(StandardCharsets.UTF_8);
      events.pipeInput(key, value, Instant.ofEpochMilli(event.getReceivedAt()));
      return version(epoch, offset++);
    }

    void commit() {
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(Map.of(), new ConsumerGroupMetadata("simulation"));
      producer.commitTransaction();
    }

    <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
      return driver
          .createOutputTopic(topic, new StringDeserializer(), new AvroDeserializer<>(schemas, type))
          .readValuesToList();
    }

    Map<Object, Object> contents(String store) {
      Map<Object, Object> contents = new HashMap<>();
      try (var entries = TaskStores.store(driver, store).all()) {
        entries.forEachRemaining(entry -> contents.put(entry.key, entry.value));
      }
      return contents;
    }

    void restore(String store, Map<Object, Object> contents) {
      contents.forEach(TaskStores.store(driver, store)::put);
    }

    @Override
    public void close() {
      driver.close();
      try {
        dispatcher.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static long version(int epoch, long offset) {
    return (long) epoch << 32 | offset;
  }

  /**
   * What takes real time would not follow the seed: backoffs are over at once, no breaker opens.
   */
  private static DispatchSettings settings() {
    return new DispatchSettings(
        3,
        Duration.ZERO,
        Duration.ZERO,
        Duration.ofNanos(1),
        Duration.ofNanos(1),
        Duration.ZERO,
        10_000,
        Duration.ofHours(1));
  }
}
