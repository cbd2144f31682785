package dev.attune.streams.backfill;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/** Asks how far consumer groups have come. Asked a few times in an application's life. */
final class KafkaGroups {

  private static final long DEADLINE_SECONDS = 30;

  private final Map<String, Object> config;

  KafkaGroups(String bootstrapServers, Map<String, String> more) {
    this.config = new HashMap<>(more);
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
  }

  boolean hasMembers(String group) {
    try (Admin admin = Admin.create(config)) {
      return await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
          .anyMatch(found -> !found.members().isEmpty());
    } catch (GroupIdNotFoundException e) {
      return false;
    }
  }

  /**
   * The next offset to read, by partition. Waits for a transaction of one who died: its offsets are
   * committed or not, and which is known only when the transaction has ended.
   */
  Map<TopicPartition, Long> committed(String group) {
    try (Admin admin = Admin.create(config)) {
      return committed(admin, group);
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }

  private static Map<TopicPartition, Long> committed(Admin admin, String group) {
    var stable = new ListConsumerGroupOffsetsOptions().requireStable(true);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(admin.listConsumerGroupOffsets(group, stable).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition, offset.offset());
              }
            });
    return offsets;
  }

  /** Where a group goes on reading: at what it has committed, else at the partition's start. */
  long position(String group, TopicPartition partition) {
    try (Admin admin = Admin.create(config)) {
      Long own = committed(admin, group).get(partition);
      long first =
          await(
                  admin
                      .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                      .partitionResult(partition))
              .offset();
      return Math.max(first, own == null ? 0 : own);
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException("Kafka did not answer in time", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
