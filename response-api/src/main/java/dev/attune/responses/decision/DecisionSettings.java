package dev.attune.responses.decision;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The decision log.
 *
 * @param bootstrapServers Kafka
 * @param capacity decisions on their way to Kafka at once; past it replies are generic. About 3 KiB
 *     each, so the default holds some 30 MiB through an outage of Kafka
 * @param recent decisions kept in memory, so that one is found right after its reply
 * @param createTopics false where only operators may create topics
 * @param partitions of topics created at start
 * @param replicationFactor of topics created at start; 1 suits one broker only
 */
@ConfigurationProperties("attune.decisions")
public record DecisionSettings(
    String bootstrapServers,
    @DefaultValue("10000") int capacity,
    @DefaultValue("10000") int recent,
    @DefaultValue("true") boolean createTopics,
    @DefaultValue("4") int partitions,
    @DefaultValue("1") short replicationFactor) {

  public DecisionSettings {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("attune.decisions.bootstrap-servers must be set");
    }
    if (capacity < 1 || recent < 0) {
      throw new IllegalArgumentException(
          "attune.decisions.capacity must be at least 1, recent at least 0");
    }
    if (partitions < 1 || partitions > DecisionId.MAX_PARTITIONS) {
      throw new IllegalArgumentException(
          "attune.decisions.partitions must be 1 to " + DecisionId.MAX_PARTITIONS);
    }
  }
}
