package dev.attune.cli.features;

import dev.attune.local.infra.ServerException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** What Kafka knows of feature-streams' applications: how far each is, and its changelogs. */
final class StreamsGroups implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Admin admin;

  StreamsGroups(String bootstrapServers) {
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /** The next record to read, by partition; empty for one that has read nothing. */
  Map<TopicPartition, Long> committed(String applicationId) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    try {
      await(admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata())
          .forEach(
              (partition, offset) -> {
                if (offset != null) {
                  offsets.put(partition, offset.offset());
                }
              });
    } catch (ExecutionException e) {
      throw failure(e);
    }
    return offsets;
  }

  /** Whether the topic has lost its beginning. */
  boolean hasLostRecords(String topic) {
    try {
      Map<TopicPartition, OffsetSpec> first = new HashMap<>();
      await(admin.describeTopics(List.of(topic)).allTopicNames())
          .values()
          .forEach(
              description ->
                  description
                      .partitions()
                      .forEach(
                          partition ->
                              first.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.earliest())));
      return await(admin.listOffsets(first).all()).values().stream()
          .anyMatch(found -> found.offset() > 0);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** Forgets the members of one whose process has ended, instead of waiting till they time out. */
  void leave(String applicationId) {
    try {
      var unused =
          await(
              admin
                  .removeMembersFromConsumerGroup(
                      applicationId, new RemoveMembersFromConsumerGroupOptions())
                  .all());
    } catch (ExecutionException e) {
      // it has no members
    }
  }

  /** Deletes what is kept of one that has ended. */
  void delete(String applicationId) {
    try {
      List<String> changelogs =
          await(admin.listTopics().names()).stream()
              .filter(name -> name.startsWith(applicationId + "-") && name.endsWith("-changelog"))
              .toList();
      var topics = await(admin.deleteTopics(changelogs).all());
      leave(applicationId);
      var group = await(admin.deleteConsumerGroups(List.of(applicationId)).all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw failure(e);
      }
    }
  }

  @SuppressWarnings("NullAway") // futures of Void give null, which nobody looks at
  private static <T> T await(KafkaFuture<T> future) throws ExecutionException {
    try {
      return future.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ServerException("Kafka does not answer; ./attune status tells what runs.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while asking Kafka.", e);
    }
  }

  private static ServerException failure(ExecutionException e) {
    return new ServerException("Kafka answers: " + e.getCause(), e);
  }

  @Override
  public void close() {
    admin.close();
  }
}
