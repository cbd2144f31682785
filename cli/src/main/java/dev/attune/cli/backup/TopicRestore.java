package dev.attune.cli.backup;

import dev.attune.cli.backup.BackupState.TopicState;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.kafka.writer.CopyWriter;
import dev.attune.schemas.Topics;
import dev.attune.training.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.avro.Schema;

/** One topic's files into its partitions. */
final class TopicRestore {
  /** What Kafka would delete within this time may be gone before it is counted. */
  private static final Duration SOON = Duration.ofDays(1);

  /** Time to count what is restored, before Kafka may delete the oldest of it. */
  private static final Duration TIME_TO_COUNT = Duration.ofDays(7);

  private final BackupTopic topic;
  private final String name;
  private final BackupFolder folder;
  private final TopicState progress;
  private final KafkaSettings kafka;
  private final ErasedRecords erased;
  private final long from;
  private final Map<Integer, Integer> schemaIds = new HashMap<>();

  /** What was done with records so far. */
  static final class Counts {
    private final Map<BackupTopic, Long> records = new EnumMap<>(BackupTopic.class);
    private final Progress shown;
    private long erased;

    Counts(Progress shown) {
      this.shown = shown;
    }

    private void restored(BackupTopic topic) {
      shown.at(records.merge(topic, 1L, Long::sum));
    }

    Map<BackupTopic, Long> records() {
      return records;
    }

    long erased() {
      return erased;
    }
  }

  /**
   * @param from older records of users are left out, epoch milliseconds
   */
  TopicRestore(
      BackupTopic topic,
      BackupFolder folder,
      TopicState progress,
      KafkaSettings kafka,
      SchemaRegistryClient registry,
      ErasedRecords erased,
      long from)
      throws IOException {
    this.topic = topic;
    this.name = topic.in(kafka.topics().names());
    this.folder = folder;
    this.progress = progress;
    this.kafka = kafka;
    this.erased = erased;
    this.from = from;
    register(registry);
  }

  /** In the order in which they came to be, so that the newest is the subject's latest. */
  private void register(SchemaRegistryClient registry) throws IOException {
    for (int id : new TreeSet<>(progress.schemas())) {
      Optional<Schema> schema = folder.find(id);
      if (schema.isPresent()) {
        schemaIds.put(id, registry.register(Topics.subject(name), schema.get()));
      }
    }
  }

  /** Only for the topic of erasures. */
  void learnErasures() throws IOException {
    for (int partition : progress.next().keySet()) {
      folder.read(topic, partition, progress, record -> erased.add(here(record).value()));
    }
  }

  /**
   * Sees to it that Kafka doesn't delete what feature-streams has yet to count.
   *
   * @return whether it keeps records longer than before
   */
  boolean keepLonger(KafkaAdmin admin, long now) {
    long oldest = Math.max(progress.oldest(), from);
    if (!topic.isOfUsers() || oldest >= now) {
      return false;
    }
    Duration age = Duration.ofMillis(now - oldest);
    Duration kept = admin.retention(name);
    if (kept.isNegative() || kept.compareTo(age.plus(SOON)) >= 0) {
      return false;
    }
    admin.retain(name, age.plus(TIME_TO_COUNT));
    return true;
  }

  void write(Counts counts) throws IOException {
    counts.shown.phase(topic.folder(), 0);
    try (CopyWriter writer = new CopyWriter(kafka, "attune-restore")) {
      for (int partition : progress.next().keySet()) {
        folder.read(topic, partition, progress, record -> write(writer, partition, record, counts));
      }
      writer.finish();
    }
  }

  private void write(CopyWriter writer, int partition, StoredRecord record, Counts counts) {
    if (topic.isOfUsers() && record.timestamp() < from) {
      return;
    }
    if (erased.excludes(topic, partition, record)) {
      counts.erased++;
      return;
    }
    StoredRecord copy = here(record);
    writer.write(name, partition, copy.timestamp(), copy.key(), copy.value(), copy.headers());
    counts.restored(topic);
  }

  /** The same with the schema's id of this registry. */
  private StoredRecord here(StoredRecord record) {
    byte[] value = record.value();
    Integer id = TopicBackup.schemaId(value);
    Integer other = id == null ? null : schemaIds.get(id);
    return value == null || other == null || other.equals(id)
        ? record
        : record.withValue(WireFormat.withSchemaId(value, other));
  }
}
