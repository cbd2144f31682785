package dev.attune.streams.experiments;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.Covariates;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.ExperimentResult;
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
 * update-user ───────────────────┐
 *                                ▼
 *              read-decision ─► measure-experiments ─► experiment-results
 *                                exposures, experiment-windows, experiment-sums; users
 * </pre>
 *
 * The users store is shared so that the arm first seen is kept in the user's own row.
 *
 * @param experiments of the playbook
 * @param covariates reads what was known of a user at the first exposure
 */
public record ExperimentBranch(
    Experiments experiments, Covariates covariates, Serializer<ExperimentResult> result)
    implements TopologyBranch {
  static final String MEASURE = "measure-experiments";
  static final String RESULTS = "experiment-results";
  static final String EXPOSURES_STORE = "exposures";
  static final String WINDOWS_STORE = "experiment-windows";
  static final String SUMS_STORE = "experiment-sums";

  /** Nothing when the playbook has no experiments: they cost a look-up and a row an event. */
  public static Optional<TopologyBranch> of(Playbook playbook, SchemaRegistryClient schemas) {
    if (playbook.experiments().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ExperimentBranch(
            playbook.experiments(),
            new Covariates(playbook.features()),
            new AvroSerializer<>(schemas)));
  }

  @Override
  public String processor() {
    return MEASURE;
  }

  @Override
  public void addTo(Topology topology, AttuneTopology trunk, String... sources) {
    topology
        .addProcessor(
            MEASURE,
            () ->
                new ExperimentProcessor(
                    experiments, covariates, trunk.serdes().topics(), trunk.context()),
            sources)
        .addStateStore(
            trunk.stores().store(EXPOSURES_STORE, Serdes.String(), Serdes.ByteArray()), MEASURE)
        .addStateStore(
            trunk.stores().store(WINDOWS_STORE, Serdes.ByteArray(), Serdes.ByteArray()), MEASURE)
        .addStateStore(
            trunk.stores().store(SUMS_STORE, Serdes.String(), Serdes.ByteArray()), MEASURE)
        .connectProcessorAndStateStores(MEASURE, TopologyNames.USERS_STORE)
        .addSink(
            RESULTS,
            trunk.serdes().topics().experimentResults(),
            new StringSerializer(),
            result,
            ExperimentBranch::partition,
            MEASURE);
  }

  /**
   * Each task writes into the partition of its own number, so that a key there is one task's and
   * compaction never takes one task's sums for another's newer ones.
   */
  private static Optional<Set<Integer>> partition(
      String topic, String experiment, ExperimentResult result, int partitions) {
    if (result.getPartition() >= partitions) {
      throw new IllegalStateException(
          topic + " needs as many partitions as the events' topic; it has " + partitions);
    }
    return Optional.of(Set.of(result.getPartition()));
  }
}
