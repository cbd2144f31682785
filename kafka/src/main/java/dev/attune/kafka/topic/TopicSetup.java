package dev.attune.kafka.topic;

import static dev.attune.kafka.admin.KafkaAdmin.await;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.VisibleTopics;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are missing; what exists is left as its operator set it. */
public final class TopicSetup {
  private TopicSetup() {}

  /** The same with a client of its own. */
  public static void ensure(KafkaSettings kafka) {
    try (Admin admin = Admin.create(kafka.client())) {
      ensure(admin, kafka.topics());
    }
  }

  /**
   * Makes sure that every topic exists. Safe to call from several services at once.
   *
   * @param settings of topics created now; existing ones keep theirs
   * @throws IllegalStateException when topics that are read side by side differ in partitions
   * @throws KafkaException when the broker can't be reached or refuses
   */
  public static void ensure(Admin admin, TopicSettings settings) {
    createMissing(admin, settings, await(admin.listTopics().names()))
        .values()
        .forEach(TopicSetup::awaitCreated);
    requireEqualPartitions(admin, settings.names());
  }

  /** Asks Kafka for the topics that don't exist; each one's answer by its name. */
  static Map<String, KafkaFuture<Void>> createMissing(
      Admin admin, TopicSettings settings, Set<String> existing) {
    List<NewTopic> missing =
        settings.names().all().stream()
            .filter(topic -> !existing.contains(topic.name()))
            .map(topic -> newTopic(topic, settings))
            .toList();
    return admin.createTopics(missing).values();
  }

  static NewTopic newTopic(KeptTopic topic, TopicSettings settings) {
    short copies = settings.replicationFactor();
    Map<String, String> configuration = new HashMap<>(topic.configuration());
    // with three copies an acknowledged record survives the loss of one at once with its leader
    configuration.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, copies >= 3 ? "2" : "1");
    return new NewTopic(topic.name(), settings.partitions(), copies).configs(configuration);
  }

  private static void awaitCreated(KafkaFuture<Void> creation) {
    try {
      var unused = await(creation);
    } catch (TopicExistsException e) {
      // another service was quicker
    }
  }

  /**
   * One task of feature-streams reads events and decisions, so a user must have the same partition
   * in both.
   *
   * @throws IllegalStateException when they differ in partitions
   */
  static void requireEqualPartitions(Admin admin, Topics topics) {
    Map<String, TopicDescription> found =
        VisibleTopics.await(admin, topics.all().stream().map(KeptTopic::name).toList());
    int events = partitions(found, topics.interactionEvents());
    int decisions = partitions(found, topics.decisions());
    if (events != decisions) {
      throw new IllegalStateException(
          "%s has %d partitions and %s has %d; they must be equal"
              .formatted(topics.interactionEvents(), events, topics.decisions(), decisions));
    }
  }

  private static int partitions(Map<String, TopicDescription> found, String topic) {
    TopicDescription description = found.get(topic);
    return description == null ? 0 : description.partitions().size();
  }
}
