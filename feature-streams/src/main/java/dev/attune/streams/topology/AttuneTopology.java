package dev.attune.streams.topology;

import static dev.attune.streams.topology.Names.DEAD_LETTERS;
import static dev.attune.streams.topology.Names.DECISIONS;
import static dev.attune.streams.topology.Names.DECISION_READER;
import static dev.attune.streams.topology.Names.ERASURES;
import static dev.attune.streams.topology.Names.EXPIRIES_STORE;
import static dev.attune.streams.topology.Names.FEATURES;
import static dev.attune.streams.topology.Names.OWED_STORE;
import static dev.attune.streams.topology.Names.PROFILES;
import static dev.attune.streams.topology.Names.READER;
import static dev.attune.streams.topology.Names.SEGMENT_CHANGES;
import static dev.attune.streams.topology.Names.SESSIONS;
import static dev.attune.streams.topology.Names.SIZES_STORE;
import static dev.attune.streams.topology.Names.SOURCE;
import static dev.attune.streams.topology.Names.USER;
import static dev.attune.streams.topology.Names.USERS_STORE;

import dev.attune.core.user.UserEngine;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.Dispatcher;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.springframework.util.unit.DataSize;

/**
 * The picture:
 *
 * <pre>
 * interaction-events ─► read-event ─► update-user ─┬► session-features
 *                           │         users          ├► user-profiles
 *                           │         session-expiries ├► segment-changes
 *                           │         owed-scores    ├► sessions
 *                           │         segment-sizes  └► erasures
 *                           └► dead-letters
 * </pre>
 *
 * plus the calls to inference-service, which leave update-user by the dispatcher, and the {@link
 * Branch branches}, which also read {@code decisions}.
 *
 * @param epoch first part of every event's position, see {@link dev.attune.schemas.Position}
 * @param clock receipt time for closing sessions
 * @param stores what state is kept in, by store name
 * @param userMemory for users kept decoded, of all tasks together
 * @param branches what else hears of users' events, sessions and decisions, in the same tasks
 * @param predecessor whose published outcome isn't published again
 */
public record AttuneTopology(
    Topics topics,
    RecordSerdes serdes,
    UserEngine engine,
    Dispatcher<String, ScoreRequest> dispatcher,
    EventMeters meters,
    InstantSource clock,
    int epoch,
    Function<String, KeyValueBytesStoreSupplier> stores,
    DataSize userMemory,
    List<Branch> branches,
    Predecessor predecessor)
    implements Supplier<Topology> {

  /** The store of users' rows: user id to {@link dev.attune.core.user.UserState}. */
  public static final String USERS = USERS_STORE;

  /** The topology with nothing beside it. */
  public AttuneTopology(
      Topics topics,
      RecordSerdes serdes,
      UserEngine engine,
      Dispatcher<String, ScoreRequest> dispatcher,
      EventMeters meters,
      InstantSource clock,
      int epoch,
      Function<String, KeyValueBytesStoreSupplier> stores,
      DataSize userMemory) {
    this(
        topics,
        serdes,
        engine,
        dispatcher,
        meters,
        clock,
        epoch,
        stores,
        userMemory,
        List.of(),
        Predecessor.NONE);
  }

  /**
   * Without a cache: a write goes to RocksDB and the changelog at once, which the commit barrier
   * needs for owed keys. Users' rows, the busiest, have {@link UserStore}.
   */
  public <K, V> StoreBuilder<KeyValueStore<K, V>> store(String name, Serde<K> key, Serde<V> value) {
    return Stores.keyValueStoreBuilder(stores.apply(name), key, value)
        .withCachingDisabled()
        // an erased user's older rows must be gone within a day
        .withLoggingEnabled(Map.of("max.compaction.lag.ms", "86400000"));
  }

  private StoreBuilder<UserStore> users() {
    return UserStore.builder(store(USERS_STORE, Serdes.String(), Serdes.ByteArray()), userMemory);
  }

  @Override
  public Topology get() {
    StringSerializer keys = new StringSerializer();
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            new UsePartitionTimeOnInvalidTimestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.interactionEvents())
        .addProcessor(
            READER,
            () -> reader(serdes.event(), InteractionEvent::getUserId, List.of(USER)),
            SOURCE)
        .addProcessor(USER, this::userProcessor, READER)
        .addStateStore(users(), USER)
        .addStateStore(store(EXPIRIES_STORE, Serdes.ByteArray(), Serdes.ByteArray()), USER)
        .addStateStore(store(OWED_STORE, Serdes.String(), Serdes.Long()), USER)
        .addStateStore(store(SIZES_STORE, Serdes.String(), Serdes.Long()), USER)
        .addSink(FEATURES, topics.sessionFeatures(), keys, serdes.features(), USER)
        .addSink(PROFILES, topics.userProfiles(), keys, serdes.profile(), USER)
        .addSink(SEGMENT_CHANGES, topics.segmentChanges(), keys, serdes.segmentChange(), USER)
        .addSink(SESSIONS, topics.sessions(), keys, serdes.session(), USER)
        .addSink(ERASURES, topics.erasures(), keys, serdes.erasure(), USER);
    if (!branches.isEmpty()) {
      addBranches(topology);
    }
    String[] readers =
        branches.isEmpty() ? new String[] {READER} : new String[] {READER, DECISION_READER};
    return topology.addSink(DEAD_LETTERS, topics.deadLetters(), keys, serdes.deadLetter(), readers);
  }

  private void addBranches(Topology topology) {
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            DECISIONS,
            new UsePartitionTimeOnInvalidTimestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.decisions())
        .addProcessor(
            DECISION_READER,
            () -> reader(serdes.decision(), Decision::getUserId, branchNames()),
            DECISIONS);
    branches.forEach(branch -> branch.addTo(topology, this, DECISION_READER, USER));
  }

  private List<String> branchNames() {
    return branches.stream().map(Branch::processor).toList();
  }

  /** A processor that reads records of users, and sends on to dead letters what it can't. */
  private <T extends SpecificRecord> Processor<byte[], byte[], String, SpecificRecord> reader(
      Deserializer<T> deserializer, Function<T, String> userOf, List<String> next) {
    return new EventReader<>(deserializer, userOf, next, meters, clock, predecessor);
  }

  private UserProcessor userProcessor() {
    return new UserProcessor(engine, dispatcher, meters, clock, epoch, branchNames(), predecessor);
  }
}
