package dev.attune.inference.kafka;

import dev.attune.schemas.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How Kafka and the schema registry are reached.
 *
 * @param properties further client settings, such as {@code security.protocol}
 * @param createTopics false where an operator creates them
 * @param buffer predictions that may wait for Kafka; beyond it the newest are dropped and counted,
 *     since the topic is a record for analysis and scoring must not wait for it
 */
@ConfigurationProperties("attune.kafka")
public record KafkaSettings(
    @DefaultValue("127.0.0.1:7092") String bootstrapServers,
    @DefaultValue("http://127.0.0.1:7081/apis/ccompat/v7") URI schemaRegistryUrl,
    @DefaultValue("attune.") String topicPrefix,
    @DefaultValue("4") int partitions,
    @DefaultValue("1") short replicationFactor,
    @DefaultValue("true") boolean createTopics,
    @DefaultValue("10000") int buffer,
    @DefaultValue("5s") Duration timeout,
    @DefaultValue Map<String, String> properties) {

  public KafkaSettings {
    require(!bootstrapServers.isBlank(), "attune.kafka.bootstrap-servers is empty");
    require(partitions >= 1, "attune.kafka.partitions must be at least 1");
    require(replicationFactor >= 1, "attune.kafka.replication-factor must be at least 1");
    require(buffer >= 1, "attune.kafka.buffer must be at least 1");
    require(timeout.isPositive(), "attune.kafka.timeout must be positive");
    properties = Map.copyOf(properties);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  public Topics topics() {
    return new Topics(topicPrefix);
  }

  /** The settings that every client shares, with the given ones. */
  public Map<String, Object> client(Map<String, Object> specific) {
    Map<String, Object> all = new HashMap<>(properties);
    all.put("bootstrap.servers", bootstrapServers);
    all.putAll(specific);
    return all;
  }
}
