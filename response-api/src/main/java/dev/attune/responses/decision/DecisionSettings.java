package dev.attune.responses.decision;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The decision log.
 *
 * @param bootstrapServers Kafka
 * @param capacity decisions on their way to Kafka at once; past it replies are generic. About 1 KiB
 *     each, so the default holds some 10 MiB through an outage of Kafka
 * @param recent memory for the newest decisions, so that one is found right after its reply: room
 *     for all that {@code capacity} lets wait for Kafka
 * @param createTopics false where only operators may create topics
 * @param partitions of topics created at start
 * @param replicationFactor of topics created at start; 1 suits one broker only
 */
@ConfigurationProperties("attune.decisions")
public record DecisionSettings(
    String bootstrapServers,
    @DefaultValue("10000") int capacity,
    @DefaultValue("16MB") DataSize recent,
    @DefaultValue("true") boolean createTopics,
    @DefaultValue("4") int partitions,
    @DefaultValue("1") short replicationFactor) {

  private static final DataSize MOST_RECENT = DataSize.ofGigabytes(1);

  public DecisionSettings {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("attune.decisions.bootstrap-servers must be set");
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("attune.decisions.capacity must be at least 1");
    }
    if (recent.isNegative() || recent.toBytes() > MOST_RECENT.toBytes()) {
      throw new IllegalArgumentException("attune.decisions.recent must be 0 to 1GB");
    }
    if (partitions < 1 || partitions > DecisionId.MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "attune.decisions.partitions must be 1 to " + DecisionId.MAX_PARTITIONS);
    }
  }
}
