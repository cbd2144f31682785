package dev.attune.inference.kafka;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.UserProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code user-profiles} from its beginning: everybody's newest committed features, and then
 * whatever is committed meanwhile. Without a consumer group, so that nothing is left behind and any
 * number of readers start over whenever they need to. Used by one thread.
 */
public final class ProfileReader implements AutoCloseable {
  private final TopicReader reader;
  private final AvroDeserializer<UserProfile> profiles;

  /** One user's newest profile; null where the user was erased at the record's time. */
  public record Profile(String userId, @Nullable UserProfile profile, long timestamp) {}

  public ProfileReader(KafkaSettings kafka, SchemaRegistryClient schemas) {
    String topic = kafka.topics().names().userProfiles();
    this.profiles = new AvroDeserializer<>(schemas, UserProfile.class);
    this.reader = TopicReader.of(kafka, "attune-inference-refill", topic, new StartAt.Beginning());
  }

  /**
   * The next profiles, possibly none for now; of each user only the last among them.
   *
   * @throws KafkaException when Kafka or the registry can't be reached
   */
  public List<Profile> next() {
    Map<String, Profile> newest = new LinkedHashMap<>();
    for (ConsumerRecord<String, byte[]> record : reader.poll()) {
      if (record.key() != null) {
        read(record, newest);
      }
    }
    return new ArrayList<>(newest.values());
  }

  private void read(ConsumerRecord<String, byte[]> record, Map<String, Profile> newest) {
    String user = record.key();
    if (record.value() == null) {
      newest.put(user, new Profile(user, null, record.timestamp()));
    } else {
      profiles
          .readable(record)
          .ifPresent(found -> newest.put(user, new Profile(user, found, record.timestamp())));
    }
  }

  /** Whether everything that was there at the start has been read. */
  public boolean isCaughtUp() {
    return reader.isCaughtUp();
  }

  @Override
  public void close() {
    reader.close();
  }
}
