package dev.attune.responses.user;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.reply.ReplySettings;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.stereotype.Component;

/**
 * One user's records of a topic that is kept by time. Topics have no index by user, so the user's
 * partition is read whole, and only records with his key are decoded. What was erased is passed
 * over.
 */
@Component
class UserRecords {

  private static final Duration POLL = Duration.ofMillis(200);

  private final DecisionSettings kafka;
  private final SchemaRegistryClient registry;
  private final ErasureLog erasures;
  private final String events;
  private final int epoch;

  UserRecords(
      DecisionSettings kafka,
      SchemaRegistryClient registry,
      ErasureLog erasures,
      Topics topics,
      ReplySettings replies) {
    this.kafka = kafka;
    this.registry = registry;
    this.erasures = erasures;
    this.events = topics.interactionEvents();
    this.epoch = replies.epoch();
  }

  /**
   * What was found.
   *
   * @param values the newest ones, oldest first
   * @param complete false when the time was over before the partition's end, or older ones had to
   *     be left out
   */
  record Found<T>(List<T> values, boolean complete) {}

  /**
   * Reads up to the end that the partition has now.
   *
   * @param most how many of the newest are given
   * @param deadline by the nano clock
   * @throws KafkaException when Kafka doesn't answer
   */
  <T extends SpecificRecord> Found<T> of(
      String userId, String topic, Class<T> type, int most, long deadline) {
    try (var consumer = new KafkaConsumer<>(config(), new StringDeserializer(), bytes())) {
      int partitions = consumer.partitionsFor(topic, left(deadline)).size();
      TopicPartition partition = new TopicPartition(topic, partitionOf(userId, partitions));
      List<TopicPartition> all = List.of(partition);
      long end = consumer.endOffsets(all, left(deadline)).getOrDefault(partition, 0L);
      consumer.assign(all);
      consumer.seekToBeginning(all);
      var values = new AvroDeserializer<>(registry, type);
      Deque<T> newest = new ArrayDeque<>();
      boolean complete = true;
      while (consumer.position(partition, left(deadline)) < end) {
        if (System.nanoTime() >= deadline) {
          return new Found<>(new ArrayList<>(newest), false);
        }
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (isHeld(record, userId)) {
            complete &= keep(values, record, newest, most);
          }
        }
      }
      return new Found<>(new ArrayList<>(newest), complete);
    }
  }

  private boolean isHeld(ConsumerRecord<String, byte[]> record, String userId) {
    return userId.equals(record.key())
        && record.value() != null
        && !erasures.erased().excludes(userId, record.timestamp())
        && !(record.topic().equals(events) && erasures.erased().excludes(userId, position(record)));
  }

  private Position position(ConsumerRecord<String, byte[]> record) {
    return new Position(epoch, record.partition(), record.offset());
  }

  /** False when an older one had to make room. */
  private static <T extends SpecificRecord> boolean keep(
      AvroDeserializer<T> values,
      ConsumerRecord<String, byte[]> record,
      Deque<T> newest,
      int most) {
    try {
      newest.add(Objects.requireNonNull(values.deserialize(record.topic(), record.value())));
    } catch (SerializationException e) {
      return true; // no record of the user: it is in dead-letters, by its coordinates
    }
    if (newest.size() > most) {
      newest.removeFirst();
      return false;
    }
    return true;
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /** As Kafka's default partitioner has it, by which every writer of these topics goes. */
  private static int partitionOf(String userId, int partitions) {
    byte[] key = userId.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }

  private static ByteArrayDeserializer bytes() {
    return new ByteArrayDeserializer();
  }

  private Map<String, Object> config() {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        kafka.bootstrapServers(),
        ConsumerConfig.CLIENT_ID_CONFIG,
        "response-api-history",
        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
        false,
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed");
  }
}
