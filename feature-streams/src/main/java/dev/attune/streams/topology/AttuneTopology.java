package dev.attune.streams.topology;

import static dev.attune.streams.topology.TopologyNames.DEAD_LETTERS;
import static dev.attune.streams.topology.TopologyNames.DECISIONS;
import static dev.attune.streams.topology.TopologyNames.DECISION_READER;
import static dev.attune.streams.topology.TopologyNames.ERASURES;
import static dev.attune.streams.topology.TopologyNames.EXPIRIES_STORE;
import static dev.attune.streams.topology.TopologyNames.FEATURES;
import static dev.attune.streams.topology.TopologyNames.OWED_STORE;
import static dev.attune.streams.topology.TopologyNames.PROFILES;
import static dev.attune.streams.topology.TopologyNames.READER;
import static dev.attune.streams.topology.TopologyNames.SEGMENT_CHANGES;
import static dev.attune.streams.topology.TopologyNames.SESSIONS;
import static dev.attune.streams.topology.TopologyNames.SIZES_STORE;
import static dev.attune.streams.topology.TopologyNames.SOURCE;
import static dev.attune.streams.topology.TopologyNames.USER;
import static dev.attune.streams.topology.TopologyNames.USERS_STORE;

import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.json.EventRules;
import dev.attune.streams.dispatch.Dispatcher;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;

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
 * TopologyBranch branches}, which also read {@code decisions}.
 *
 * @param branches what else hears of users' events, sessions and decisions, in the same tasks
 */
public record AttuneTopology(
    TopicSerdes serdes,
    StateStores stores,
    TopologyContext context,
    Dispatcher<String, ScoreRequest> dispatcher,
    List<TopologyBranch> branches)
    implements Supplier<Topology> {
  /** The store of users' rows: user id to {@link dev.attune.core.user.UserState}. */
  public static final String USERS = USERS_STORE;

  @Override
  public Topology get() {
    StringSerializer keys = new StringSerializer();
    Topology topology = new Topology();
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            new EventOrigin.Timestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            context.predecessor().eventsTopic(topics().interactionEvents()))
        .addProcessor(
            READER,
            () ->
                new EventReader<>(
                    serdes.event(),
                    InteractionEvent::getUserId,
                    EventRules::checkStored,
                    List.of(USER),
                    topics(),
                    context),
            SOURCE)
        .addProcessor(USER, this::userProcessor, READER)
        .addStateStore(stores.users(), USER)
        .addStateStore(stores.store(EXPIRIES_STORE, Serdes.ByteArray(), Serdes.ByteArray()), USER)
        .addStateStore(stores.store(OWED_STORE, Serdes.String(), Serdes.Long()), USER)
        .addStateStore(stores.store(SIZES_STORE, Serdes.String(), Serdes.Long()), USER)
        .addSink(FEATURES, topics().sessionFeatures(), keys, serdes.features(), USER)
        .addSink(PROFILES, topics().userProfiles(), keys, serdes.profile(), USER)
        .addSink(SEGMENT_CHANGES, topics().segmentChanges(), keys, serdes.segmentChange(), USER)
        .addSink(SESSIONS, topics().sessions(), keys, serdes.session(), USER)
        .addSink(ERASURES, topics().erasures(), keys, serdes.erasure(), USER);
    if (!branches.isEmpty()) {
      addBranches(topology);
    }
    String[] readers =
        branches.isEmpty() ? new String[] {READER} : new String[] {READER, DECISION_READER};
    return topology.addSink(
        DEAD_LETTERS, topics().deadLetters(), keys, serdes.deadLetter(), readers);
  }

  private void addBranches(Topology topology) {
    topology
        .addSource(
            AutoOffsetReset.earliest(),
            DECISIONS,
            new UsePartitionTimeOnInvalidTimestamp(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics().decisions())
        .addProcessor(
            DECISION_READER,
            () ->
                new EventReader<>(
                    serdes.decision(),
                    Decision::getUserId,
                    _ -> null,
                    branchNames(),
                    topics(),
                    context),
            DECISIONS);
    branches.forEach(branch -> branch.addTo(topology, this, DECISION_READER, USER));
  }

  private List<String> branchNames() {
    return branches.stream().map(TopologyBranch::processor).toList();
  }

  private UserProcessor userProcessor() {
    return new UserProcessor(context, topics(), dispatcher, branchNames());
  }

  private Topics topics() {
    return serdes.topics();
  }
}
