package dev.attune.streams.kpi;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.Kpi;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.TopologyBranch;
import dev.attune.streams.topology.TopologyNames;
import java.util.Optional;
import java.util.Set;
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
 * read-decision ─► count-kpis ─► kpis
 *                  kpi-users, kpi-sums; users
 * </pre>
 *
 * <p>Most events only pass by: what is looked up and written is a row a session, an issue's event
 * or a reply.
 *
 * @param experiments whose arms conversations are counted by
 */
public record KpiBranch(Experiments experiments, Serializer<Kpi> kpi) implements TopologyBranch {
  static final String COUNT = "count-kpis";
  static final String KPIS = "kpis";
  static final String USERS_STORE = "kpi-users";
  static final String SUMS_STORE = "kpi-sums";

  public static TopologyBranch of(Playbook playbook, SchemaRegistryClient schemas) {
    return new KpiBranch(playbook.experiments(), new AvroSerializer<>(schemas));
  }

  @Override
  public String processor() {
    return COUNT;
  }

  @Override
  public void addTo(Topology topology, AttuneTopology trunk, String... sources) {
    topology
        .addProcessor(
            COUNT,
            () -> new KpiProcessor(experiments, trunk.serdes().topics(), trunk.context()),
            sources)
        .addStateStore(
            trunk.stores().store(USERS_STORE, Serdes.String(), Serdes.ByteArray()), COUNT)
        .addStateStore(trunk.stores().store(SUMS_STORE, Serdes.String(), Serdes.ByteArray()), COUNT)
        .connectProcessorAndStateStores(COUNT, TopologyNames.USERS_STORE)
        .addSink(
            KPIS,
            trunk.serdes().topics().kpis(),
            new StringSerializer(),
            kpi,
            KpiBranch::partition,
            COUNT);
  }

  /** As for experiments: a key is one task's, so compaction never mixes two tasks' sums. */
  private static Optional<Set<Integer>> partition(
      String topic, String key, Kpi record, int partitions) {
    if (record.getPartition() >= partitions) {
      throw new IllegalStateException(
          topic + " needs as many partitions as the events' topic; it has " + partitions);
    }
    return Optional.of(Set.of(record.getPartition()));
  }
}
