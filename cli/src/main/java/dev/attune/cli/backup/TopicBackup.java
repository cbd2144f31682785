package dev.attune.cli.backup;

import dev.attune.cli.backup.BackupState.Part;
import dev.attune.cli.backup.BackupState.TopicState;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.WireFormat;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a topic has had since the last run, a partition at a time. */
final class TopicBackup {
  private final BackupTopic topic;
  private final String name;
  private final BackupFolder folder;
  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final ErasedRecords erased;
  private final Progress shown;
  private long written;

  TopicBackup(
      BackupTopic topic,
      BackupFolder folder,
      KafkaSettings kafka,
      SchemaRegistryClient registry,
      ErasedRecords erased,
      Progress shown) {
    this.topic = topic;
    this.name = topic.in(kafka.topics().names());
    this.folder = folder;
    this.kafka = kafka;
    this.registry = registry;
    this.erased = erased;
    this.shown = shown;
  }

  /** Records of this run. */
  long written() {
    return written;
  }

  /** The state is saved after each partition. */
  BackupState addNew(BackupState before, KafkaAdmin admin) throws IOException {
    Map<TopicPartition, Long> first = admin.first(name);
    String id = admin.id(name).toString();
    TopicState known = before.of(topic);
    TopicState progress = known == null ? TopicState.begin(id) : known;
    requireSame(progress, id);
    shown.phase(topic.folder(), 0);
    BackupState state = before;
    for (int partition = 0; partition < first.size(); partition++) {
      long next = progress.next().getOrDefault(partition, 0L);
      long begin = first.getOrDefault(new TopicPartition(name, partition), 0L);
      Part part = addNew(partition, Math.max(begin, next), Math.max(0, begin - next));
      for (int schema : part.schemas()) {
        keep(schema);
      }
      progress = progress.with(part);
      state = state.with(topic, progress);
      folder.replaceState(state);
    }
    return state;
  }

  private void requireSame(TopicState progress, String id) {
    if (!progress.topicId().equals(id)) {
      throw new UserFault(
          "%s was created anew since the last backup into %s: back up into a new folder."
              .formatted(name, folder.place()));
    }
  }

  private Part addNew(int partition, long from, long lost) throws IOException {
    TopicPartition source = new TopicPartition(name, partition);
    try (RecordFile.Writer file = folder.newFile(topic, partition, from);
        TopicReader reader =
            TopicReader.ofPartition(kafka, "attune-backup", source, new StartAt.Offset(from))) {
      Set<Integer> schemas = new HashSet<>();
      long[] oldest = {Long.MAX_VALUE};
      reader.readToEnd(
          read -> {
            StoredRecord record = StoredRecord.of(read);
            if (!erased.excludes(topic, partition, record)) {
              add(record, file, schemas);
              oldest[0] = Math.min(oldest[0], record.timestamp());
            }
          });
      file.finish();
      written += file.count();
      return new Part(partition, reader.position(source), lost, schemas, oldest[0]);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void add(StoredRecord record, RecordFile.Writer file, Set<Integer> schemas) {
    try {
      file.add(record);
      shown.at(written + file.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Integer schema = schemaId(record.value());
    if (schema != null) {
      schemas.add(schema);
    }
    if (topic == BackupTopic.ERASURES) {
      erased.add(record.value());
    }
  }

  /** Null where the value names none: such a record is kept as it is. */
  static @Nullable Integer schemaId(byte @Nullable [] value) {
    try {
      return value == null ? null : WireFormat.schemaId(value);
    } catch (RecordException e) {
      return null;
    }
  }

  /** One that the registry doesn't know is no loss: nobody can read its records now. */
  private void keep(int schema) throws IOException {
    if (folder.find(schema).isPresent()) {
      return;
    }
    try {
      folder.keep(schema, registry.byId(schema));
    } catch (RegistryException.Refused e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
  }
}
