package dev.attune.responses.user;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.BackwardReader;
import dev.attune.kafka.reader.BackwardReader.Step;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * One user's records of a topic that is kept by time. Topics have no index by user, so the user's
 * partition is read, the newest records first, and only records with his key are decoded. What was
 * erased is passed over.
 */
@Component
class UserRecords {
  /** Offsets that are read at once; as many are read again where the time is over in between. */
  private static final long STEP = 50_000;

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
   * @param complete false when the time was over before the partition's beginning, or older ones
   *     had to be left out
   * @param since when not complete: nothing newer is missing; null: nothing is known to be there
   */
  record Found<T>(List<T> values, boolean complete, @Nullable Long since) {}

  /**
   * Reads backwards from the end that the partition has now.
   *
   * @param most how many of the newest are given
   * @param deadline by the nano clock
   * @throws KafkaException when Kafka doesn't answer
   */
  <T extends SpecificRecord> Found<T> of(
      String userId, String topic, Class<T> type, int most, long deadline) {
    var values = new AvroDeserializer<>(registry, type);
    List<T> newestFirst = new ArrayList<>();
    Long since = null;
    try (var reader = new BackwardReader(kafka, "attune-responses-history", topic, userId, STEP)) {
      while (!reader.isDone()) {
        Step step = reader.step(deadline);
        if (step.over()) {
          return new Found<>(newestFirst.reversed(), false, since);
        }
        for (ConsumerRecord<String, byte[]> record : step.records().reversed()) {
          if (isHeld(record)) {
            if (newestFirst.size() == most) {
              return new Found<>(newestFirst.reversed(), false, since);
            }
            values.readable(record).ifPresent(newestFirst::add);
            since = record.timestamp();
          }
        }
        since = step.since() == null ? since : step.since();
      }
    }
    return new Found<>(newestFirst.reversed(), true, null);
  }

  private boolean isHeld(ConsumerRecord<String, byte[]> record) {
    String userId = record.key();
    return record.value() != null
        && !erasures.erased().excludes(userId, record.timestamp())
        && !(record.topic().equals(events) && erasures.erased().excludes(userId, position(record)));
  }

  private Position position(ConsumerRecord<String, byte[]> record) {
    return new Position(epoch, record.partition(), record.offset());
  }
}
