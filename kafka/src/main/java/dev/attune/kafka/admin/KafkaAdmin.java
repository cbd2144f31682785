package dev.attune.kafka.admin;

import dev.attune.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Asks Kafka what topics hold and how far consumer groups have come. Every call waits for the
 * answer, and throws a {@link KafkaException} when Kafka refuses or is away.
 */
public final class KafkaAdmin implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 30;

  private final Admin admin;

  public KafkaAdmin(KafkaSettings kafka) {
    this.admin = Admin.create(kafka.client());
  }

  /** One that gives up an answer after this time, for somebody who waits for it. */
  public KafkaAdmin(KafkaSettings kafka, Duration patience) {
    int millis = Math.toIntExact(patience.toMillis());
    this.admin =
        Admin.create(
            kafka.client(
                "attune-admin",
                Map.of(
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                    millis,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                    millis)));
  }

  /** Waits for one of Kafka's answers. */
  @SuppressWarnings("NullAway") // futures of Void give null, which nobody looks at
  public static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "Kafka did not answer within " + DEADLINE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  public boolean hasMembers(String group) {
    try {
      return await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
          .anyMatch(found -> !found.members().isEmpty());
    } catch (GroupIdNotFoundException e) {
      return false;
    }
  }

  /** The next record to read, by partition; empty for a group that has read nothing. */
  public Map<TopicPartition, Long> committed(String group) {
    return committed(group, false);
  }

  /**
   * The same once no transaction can change it: the offsets of one who died are committed or not,
   * and which is known only when his transaction has ended.
   */
  public Map<TopicPartition, Long> settled(String group) {
    return committed(group, true);
  }

  private Map<TopicPartition, Long> committed(String group, boolean stable) {
    var options = new ListConsumerGroupOffsetsOptions().requireStable(stable);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try {
      await(admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata())
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
    return offsets;
  }

  /** Names of all topics but Kafka's own. */
  public SortedSet<String> topics() {
    return new TreeSet<>(await(admin.listTopics().names()));
  }

  /** The oldest record that is kept, by partition. */
  public Map<TopicPartition, Long> first(String topic) {
    return offsets(partitions(topic), OffsetSpec.earliest());
  }

  /** The oldest record that a partition keeps. */
  public long first(TopicPartition partition) {
    return offsets(List.of(partition), OffsetSpec.earliest()).getOrDefault(partition, 0L);
  }

  /** Behind the newest record, by partition. */
  public Map<TopicPartition, Long> end(String topic) {
    return offsets(partitions(topic), OffsetSpec.latest());
  }

  /**
   * Of each partition the first record from a time on; where there is none, its end.
   *
   * @param millis epoch milliseconds, by partition; of a partition without, any time
   */
  public Map<TopicPartition, Long> since(String topic, Map<Integer, Long> millis) {
    Map<TopicPartition, Long> offsets = new HashMap<>(end(topic));
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (TopicPartition partition : offsets.keySet()) {
      long time = millis.getOrDefault(partition.partition(), 0L);
      wanted.put(partition, OffsetSpec.forTimestamp(time));
    }
    offsets(wanted)
        .forEach((partition, found) -> offsets.merge(partition, found, KafkaAdmin::foundOrEnd));
    return offsets;
  }

  /** Kafka says -1 where it finds none. */
  private static long foundOrEnd(long end, long found) {
    return found < 0 ? end : found;
  }

  /** Which topic of this name it is: one that is created anew has another id. */
  public Uuid id(String topic) {
    return describe(topic).topicId();
  }

  /** How long a record can stay, by topic kept by time: {@code retention.ms + segment.ms}. */
  public Map<String, Duration> longestKept(Collection<String> topics) {
    List<ConfigResource> wanted =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Duration> kept = new HashMap<>();
    await(admin.describeConfigs(wanted).all())
        .forEach(
            (topic, config) ->
                kept.put(
                    topic.name(),
                    millis(config, TopicConfig.RETENTION_MS_CONFIG)
                        .plus(millis(config, TopicConfig.SEGMENT_MS_CONFIG))));
    return kept;
  }

  /** How long a topic's records are kept; negative: for ever. */
  public Duration retention(String topic) {
    ConfigResource wanted = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<ConfigResource, Config> found = await(admin.describeConfigs(List.of(wanted)).all());
    return millis(found.values().iterator().next(), TopicConfig.RETENTION_MS_CONFIG);
  }

  /** Keeps a topic's records for another time. Waits until the broker knows it. */
  public void retain(String topic, Duration time) {
    ConfigResource changed = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    ConfigEntry entry =
        new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis()));
    AlterConfigOp set = new AlterConfigOp(entry, AlterConfigOp.OpType.SET);
    var unused = await(admin.incrementalAlterConfigs(Map.of(changed, List.of(set))).all());
    VisibleTopics.await(() -> retention(topic).equals(time));
  }

  private static Duration millis(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null
        ? Duration.ZERO
        : Duration.ofMillis(Long.parseLong(entry.value()));
  }

  private List<TopicPartition> partitions(String topic) {
    return describe(topic).partitions().stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private TopicDescription describe(String topic) {
    return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().iterator().next();
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, OffsetSpec wanted) {
    return offsets(
        partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> wanted)));
  }

  private Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> wanted) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(admin.listOffsets(wanted).all())
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  /** Forgets members whose process has ended, instead of waiting until they time out. */
  public void removeMembers(String group) {
    try {
      var unused =
          await(
              admin
                  .removeMembersFromConsumerGroup(
                      group, new RemoveMembersFromConsumerGroupOptions())
                  .all());
    } catch (KafkaException e) {
      // it has none
    }
  }

  /** Lets a group that has no members go on elsewhere. */
  public void move(String group, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
    offsets.forEach((partition, next) -> wanted.put(partition, new OffsetAndMetadata(next)));
    var unused = await(admin.alterConsumerGroupOffsets(group, wanted).all());
  }

  /**
   * Makes a topic, with as many copies as the broker gives, unless it is there. Waits until the
   * broker knows it.
   */
  public void create(String topic, int partitions, Map<String, String> configuration) {
    NewTopic wanted =
        new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configuration);
    try {
      var unused = await(admin.createTopics(List.of(wanted)).all());
    } catch (TopicExistsException e) {
      // somebody was quicker
    }
    var unused = VisibleTopics.await(admin, List.of(topic));
  }

  /** Deletes topics by their names. Waits until the broker knows it. */
  public void deleteTopics(Predicate<String> topics) {
    List<String> deleted = topics().stream().filter(topics).toList();
    var unused = await(admin.deleteTopics(deleted).all());
    VisibleTopics.await(() -> Collections.disjoint(topics(), deleted));
  }

  /** Deletes a group that has ended, and topics of its own. */
  public void delete(String group, Predicate<String> topics) {
    deleteTopics(topics);
    removeMembers(group);
    try {
      var unused = await(admin.deleteConsumerGroups(List.of(group)).all());
    } catch (GroupIdNotFoundException e) {
      // it never read
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
