package dev.attune.kafka.topic;

import static dev.attune.kafka.admin.KafkaAdmin.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.schemas.KeptTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the topics that are missing as {@link TopicSetup} does, and says of each what became of it:
 * for a person who looks on. It compares those that exist with what is asked for.
 */
public final class TopicReport implements AutoCloseable {
  private final Admin admin;
  private final TopicSettings settings;

  /**
   * @param patience with each of Kafka's answers
   * @throws KafkaException when an address can't be looked up
   */
  public TopicReport(KafkaSettings kafka, Duration patience) {
    int millis = Math.toIntExact(patience.toMillis());
    this.settings = kafka.topics();
    this.admin =
        Admin.create(
            kafka.client(
                "attune-topics",
                Map.of(
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    millis,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    millis)));
  }

  /**
   * Each topic's outcome, in the order of {@link dev.attune.schemas.Topics#all}. A topic that Kafka
   * refuses keeps no other from being made.
   *
   * @throws KafkaException when the broker can't be reached, or refuses this account altogether
   */
  public List<TopicOutcome> make() {
    Set<String> existing = await(admin.listTopics().names());
    Map<String, KafkaFuture<Void>> creations = TopicSetup.createMissing(admin, settings, existing);
    List<TopicOutcome> outcomes = new ArrayList<>();
    for (KeptTopic topic : settings.names().all()) {
      @Nullable KafkaFuture<Void> creation = creations.get(topic.name());
      outcomes.add(creation == null ? compared(topic) : created(topic.name(), creation));
    }
    return List.copyOf(outcomes);
  }

  /**
   * What services ask for when they start.
   *
   * @throws IllegalStateException when topics that are read side by side differ in partitions
   */
  public void requireEqualPartitions() {
    TopicSetup.requireEqualPartitions(admin, settings.names());
  }

  private TopicOutcome created(String topic, KafkaFuture<Void> creation) {
    try {
      var unused = await(creation);
      return new TopicOutcome.Created(topic, settings.partitions(), settings.replicationFactor());
    } catch (TopicExistsException e) {
      // a service was quicker, with the same settings
      return new TopicOutcome.There(topic, List.of());
    } catch (RetriableException e) {
      throw e;
    } catch (KafkaException e) {
      return new TopicOutcome.Refused(topic, String.valueOf(e.getMessage()));
    }
  }

  private TopicOutcome compared(KeptTopic topic) {
    List<String> differences = new ArrayList<>();
    try {
      compare(TopicSetup.newTopic(topic, settings), differences);
    } catch (AuthorizationException e) {
      differences.add("this account may not look at its settings");
    }
    return new TopicOutcome.There(topic.name(), List.copyOf(differences));
  }

  private void compare(NewTopic wanted, List<String> differences) {
    List<String> name = List.of(wanted.name());
    TopicDescription found =
        await(admin.describeTopics(name).allTopicNames()).values().iterator().next();
    List<TopicPartitionInfo> partitions = found.partitions();
    add(differences, "partitions", partitions.size(), wanted.numPartitions());
    int copies = partitions.getFirst().replicas().size();
    add(differences, "copies", copies, (int) wanted.replicationFactor());
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
    Config config =
        await(admin.describeConfigs(List.of(resource)).all()).values().iterator().next();
    new TreeMap<>(wanted.configs())
        .forEach((setting, value) -> add(differences, setting, value(config, setting), value));
  }

  private static void add(List<String> differences, String name, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      differences.add("%s: %s, not %s".formatted(name, found, wanted));
    }
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null ? "none" : String.valueOf(entry.value());
  }

  @Override
  public void close() {
    admin.close();
  }
}
