package dev.attune.inference.kafka;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.UserProfile;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code user-profiles} from its beginning: everybody's newest committed features, and then
 * whatever is committed meanwhile. Without a consumer group, so that nothing is left behind and any
 * number of readers start over whenever they need to. Used by one thread.
 *
 * <p>Between two compactions the topic holds many profiles of a busy user, of which the last alone
 * is wanted. Reading one is much cheaper than scoring it, so what is behind is read far ahead.
 */
public final class ProfileReader implements AutoCloseable {
  /** As many users are scored at a time. */
  private static final int BATCH = 500;

  /** As many users are read ahead, of a kilobyte each. */
  private static final int MOST_USERS = 5_000;

  /** As long is read ahead; a lease is renewed between two batches. */
  private static final Duration LONGEST = Duration.ofMillis(500);

  private final TopicReader reader;
  private final AvroDeserializer<UserProfile> profiles;
  private final Deque<ConsumerRecord<String, byte[]>> ahead = new ArrayDeque<>();

  /** One user's newest profile; null where the user was erased at the record's time. */
  public record Profile(String userId, @Nullable UserProfile profile, long timestamp) {}

  public ProfileReader(KafkaSettings kafka, SchemaRegistryClient schemas) {
    String topic = kafka.topics().names().userProfiles();
    this.profiles = new AvroDeserializer<>(schemas, UserProfile.class);
    this.reader = TopicReader.of(kafka, "attune-inference-refill", topic, new StartAt.Beginning());
  }

  /**
   * The next profiles, at most 500 and possibly none for now; of each user only the last of what
   * was read ahead.
   *
   * @throws KafkaException when Kafka or the registry can't be reached
   */
  public List<Profile> next() {
    if (ahead.isEmpty()) {
      readAhead();
    }
    List<Profile> batch = new ArrayList<>();
    while (batch.size() < BATCH && !ahead.isEmpty()) {
      profile(ahead.element()).ifPresent(batch::add);
      ahead.remove();
    }
    return batch;
  }

  private void readAhead() {
    Map<String, ConsumerRecord<String, byte[]>> newest = new LinkedHashMap<>();
    long end = System.nanoTime() + LONGEST.toNanos();
    do {
      for (ConsumerRecord<String, byte[]> record : reader.poll()) {
        if (record.key() != null) {
          newest.put(record.key(), record);
        }
      }
    } while (!reader.isCaughtUp() && newest.size() < MOST_USERS && System.nanoTime() - end < 0);
    ahead.addAll(newest.values());
  }

  private Optional<Profile> profile(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return Optional.of(new Profile(record.key(), null, record.timestamp()));
    }
    return profiles
        .readable(record)
        .map(found -> new Profile(record.key(), found, record.timestamp()));
  }

  /** Whether everything that was there at the start has been handed out. */
  public boolean isCaughtUp() {
    return ahead.isEmpty() && reader.isCaughtUp();
  }

  @Override
  public void close() {
    reader.close();
  }
}
