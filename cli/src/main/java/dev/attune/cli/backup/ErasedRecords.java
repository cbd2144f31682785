package dev.attune.cli.backup;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which records are of users who asked to be forgotten after them. */
final class ErasedRecords {
  private final ErasedUsers users;
  private final AvroDeserializer<Erasure> erasures;
  private final int epoch;
  private final Set<String> receipts = new TreeSet<>();

  /**
   * @param registry that knows the erasures' schemas by the ids that they name
   * @param hasher with the secret that erased users are named by
   * @param epoch of the records
   */
  ErasedRecords(SchemaRegistryClient registry, UserHasher hasher, int epoch) {
    this.users = new ErasedUsers(hasher);
    this.erasures = new AvroDeserializer<>(registry, Erasure.class);
    this.epoch = epoch;
  }

  /** Adds a value of the topic {@code erasures}. */
  void add(byte @Nullable [] value) {
    Erasure erasure = read(value);
    if (erasure != null) {
      users.add(erasure);
      receipts.add(erasure.getReceiptId());
    }
  }

  /** Null for what can never be read. */
  private @Nullable Erasure read(byte @Nullable [] value) {
    try {
      return erasures.deserialize(BackupTopic.ERASURES.folder(), value);
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      return null;
    }
  }

  Set<String> receipts() {
    return receipts;
  }

  /** An event's place is exact; of a decision only the time is known. */
  boolean excludes(BackupTopic topic, int partition, StoredRecord record) {
    String user = record.key();
    if (!topic.isOfUsers() || user == null) {
      return false;
    }
    return topic == BackupTopic.EVENTS
        ? users.excludes(user, new Position(epoch, partition, record.offset()))
        : users.excludes(user, record.timestamp());
  }
}
