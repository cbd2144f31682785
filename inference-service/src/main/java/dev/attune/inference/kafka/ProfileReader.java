package dev.attune.inference.kafka;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code user-profiles} from its beginning: everybody's newest committed features, and then
 * whatever is committed meanwhile. Without a consumer group, so that nothing is left behind and any
 * number of readers start over whenever they need to. Used by one thread.
 */
public final class ProfileReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<String, byte[]> consumer;
  private final AvroDeserializer<UserProfile> deserializer;
  private final String topic;
  private final Map<TopicPartition, Long> ends;
  private int unreadable;

  /** One user's newest profile; null where the user was erased at the record's time. */
  public record Profile(String userId, @Nullable UserProfile profile, long timestamp) {}

  /**
   * @throws KafkaException when Kafka can't be reached
   */
  public ProfileReader(KafkaSettings properties, SchemaRegistryClient schemas) {
    topic = properties.topics().userProfiles();
    deserializer = new AvroDeserializer<>(schemas, UserProfile.class);
    consumer =
        new KafkaConsumer<>(
            properties.client(settings(properties)),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, properties.timeout()).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      ends = consumer.endOffsets(partitions, properties.timeout());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private static Map<String, Object> settings(KafkaSettings properties) {
    return Map.of(
        "client.id",
        "attune-inference-refill",
        "isolation.level",
        "read_committed",
        "enable.auto.commit",
        false,
        "auto.offset.reset",
        "earliest",
        "default.api.timeout.ms",
        (int) properties.timeout().toMillis(),
        "max.poll.records",
        500);
  }

  /**
   * The next profiles, possibly none for now; of each user only the last among them.
   *
   * @throws KafkaException when Kafka or the registry can't be reached
   */
  public List<Profile> next() {
    Map<String, Profile> newest = new LinkedHashMap<>();
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      if (record.key() != null) {
        read(record, newest);
      }
    }
    return new ArrayList<>(newest.values());
  }

  private void read(ConsumerRecord<String, byte[]> record, Map<String, Profile> newest) {
    try {
      UserProfile profile = deserializer.deserialize(topic, record.value());
      newest.put(record.key(), new Profile(record.key(), profile, record.timestamp()));
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      unreadable++;
    }
  }

  /** Whether everything that was there at the start has been read. */
  public boolean isCaughtUp() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Records so far that were no profiles. */
  public int unreadable() {
    return unreadable;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
