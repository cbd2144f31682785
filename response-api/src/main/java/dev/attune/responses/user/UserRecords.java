package dev.attune.responses.user;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.springframework.stereotype.Component;

/**
 * One user's records of a topic that is kept by time. Topics have no index by user, so the user's
 * partition is read whole, and only records with his key are decoded. What was erased is passed
 * over.
 */
@Component
class UserRecords {
  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final ErasureLog erasures;
  private final String events;
  private final int epoch;

  UserRecords(
      KafkaSettings kafka,
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
    var values = new AvroDeserializer<>(registry, type);
    Deque<T> newest = new ArrayDeque<>();
    boolean complete = true;
    try (TopicReader reader =
        TopicReader.ofKey(
            kafka, "attune-responses-history", topic, userId, new StartAt.Beginning())) {
      while (!reader.isCaughtUp()) {
        if (System.nanoTime() >= deadline) {
          return new Found<>(new ArrayList<>(newest), false);
        }
        for (ConsumerRecord<String, byte[]> record : reader.poll()) {
          if (isHeld(record, userId)) {
            values.readable(record).ifPresent(newest::add);
            complete &= bound(newest, most);
          }
        }
      }
    }
    return new Found<>(new ArrayList<>(newest), complete);
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
  private static boolean bound(Deque<?> newest, int most) {
    if (newest.size() > most) {
      newest.removeFirst();
      return false;
    }
    return true;
  }
}
