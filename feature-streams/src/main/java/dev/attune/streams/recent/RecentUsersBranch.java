package dev.attune.streams.recent;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.TopologyBranch;
import dev.attune.streams.topology.TopologyNames;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/**
 * The picture, beside the trunk's:
 *
 * <pre>
 * update-user ───┐
 *                ▼
 * read-decision ─► list-recent ─► recent-users
 *                  recent; users
 * </pre>
 *
 * @param most how many users a task lists
 * @param gap the longest silence within a session, in milliseconds
 */
public record RecentUsersBranch(int most, long gap, Serializer<RecentUser> user)
    implements TopologyBranch {
  static final String LIST = "list-recent";
  static final String RECENT_USERS = "recent-users";
  static final String STORE = "recent";

  /** Nothing when nobody is to be listed. */
  public static Optional<TopologyBranch> of(
      RecentUsersSettings settings, Playbook playbook, SchemaRegistryClient schemas) {
    return settings.users() == 0
        ? Optional.empty()
        : Optional.of(
            new RecentUsersBranch(
                settings.users(),
                playbook.sessions().gap().toMillis(),
                new AvroSerializer<>(schemas)));
  }

  @Override
  public String processor() {
    return LIST;
  }

  @Override
  public void addTo(Topology topology, AttuneTopology trunk, String... sources) {
    topology
        .addProcessor(LIST, () -> new RecentUsersProcessor(trunk.context(), most, gap), sources)
        .addStateStore(trunk.stores().store(STORE, Serdes.String(), Serdes.ByteArray()), LIST)
        .connectProcessorAndStateStores(LIST, TopologyNames.USERS_STORE)
        .addSink(
            RECENT_USERS,
            trunk.serdes().topics().recentUsers(),
            new StringSerializer(),
            user,
            LIST);
  }
}
