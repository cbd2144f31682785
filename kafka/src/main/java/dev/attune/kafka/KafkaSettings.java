package dev.attune.kafka;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How Kafka and the schema registry are reached: the same names in every service. The environment
 * variables stand in {@code attune-kafka.yaml}.
 *
 * @param bootstrapServers host:port, several separated by commas
 * @param security TLS and authentication; none by default, for the local stack
 * @param topics their names, and how missing ones are created
 * @param registry the schema registry
 * @param properties anything else that Kafka's clients know; they win over the settings here, and
 *     lose against what a client needs to be right, such as {@code acks}
 */
@ConfigurationProperties("attune.kafka")
public record KafkaSettings(
    @DefaultValue("127.0.0.1:7092") String bootstrapServers,
    @DefaultValue @NestedConfigurationProperty SecuritySettings security,
    @DefaultValue @NestedConfigurationProperty TopicSettings topics,
    @DefaultValue @NestedConfigurationProperty RegistrySettings registry,
    @DefaultValue Map<String, String> properties) {
  public KafkaSettings {
    Assert.isTrue(!bootstrapServers.isBlank(), "attune.kafka.bootstrap-servers must be set");
    properties = Map.copyOf(properties);
  }

  /** Without TLS and authentication, and else as by default. */
  public static KafkaSettings of(String bootstrapServers) {
    return of(bootstrapServers, RegistrySettings.LOCAL);
  }

  /** The same with another schema registry, without credentials. */
  public static KafkaSettings of(String bootstrapServers, URI registry) {
    return of(bootstrapServers, RegistrySettings.of(registry, RegistrySettings.LOCAL.timeout()));
  }

  private static KafkaSettings of(String bootstrapServers, RegistrySettings registry) {
    return new KafkaSettings(
        bootstrapServers, SecuritySettings.NONE, TopicSettings.STANDARD, registry, Map.of());
  }

  /** The same with other topics. */
  public KafkaSettings with(TopicSettings otherTopics) {
    return new KafkaSettings(bootstrapServers, security, otherTopics, registry, properties);
  }

  /**
   * The properties of a client.
   *
   * @param clientId how the broker's logs and metrics name it
   * @param needed what this client can't do without; wins over everything
   */
  public Map<String, Object> client(String clientId, Map<String, ?> needed) {
    Map<String, Object> all = client();
    all.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    all.putAll(needed);
    return all;
  }

  /**
   * The properties of a producer. It has one request under way to a broker unless it asks for more:
   * else the first records of a partition that was just made may be refused for good, since later
   * ones were taken before them (KAFKA-15591).
   *
   * @param needed as {@link #client(String, Map)} takes it
   */
  public Map<String, Object> producer(String clientId, Map<String, ?> needed) {
    Map<String, Object> all = client(clientId, needed);
    all.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    return all;
  }

  /** What all clients share; the caller's own. */
  public Map<String, Object> client() {
    Map<String, Object> all = new HashMap<>(security.properties());
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    all.putAll(properties);
    return all;
  }
}
