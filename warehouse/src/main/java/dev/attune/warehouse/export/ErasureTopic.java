package dev.attune.warehouse.export;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.writer.AcknowledgedWriter;
import dev.attune.kafka.writer.NotWrittenException;
import dev.attune.schemas.avro.Erasure;
import dev.attune.warehouse.table.WarehouseException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The topic {@code erasures}: who asked to be forgotten, and the export's part in each receipt. */
final class ErasureTopic {
  /** The next run tries again. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaSettings kafka;
  private final SchemaRegistryClient registry;
  private final ErasedUsers erased;
  private final Map<String, Erasure> receipts = new LinkedHashMap<>();

  private ErasureTopic(KafkaSettings kafka, SchemaRegistryClient registry, UserHasher hasher) {
    this.kafka = kafka;
    this.registry = registry;
    this.erased = new ErasedUsers(hasher);
  }

  /** Reads all that the topic holds now. */
  static ErasureTopic read(KafkaSettings kafka, SchemaRegistryClient registry, UserHasher hasher) {
    ErasureTopic topic = new ErasureTopic(kafka, registry, hasher);
    var deserializer = new AvroDeserializer<>(registry, Erasure.class);
    try (TopicReader reader =
        TopicReader.of(
            kafka, "attune-export", kafka.topics().names().erasures(), new StartAt.Beginning())) {
      reader.readToEnd(record -> deserializer.readable(record).ifPresent(topic::add));
    }
    return topic;
  }

  private void add(Erasure erasure) {
    erased.add(erasure);
    receipts.merge(
        erasure.getReceiptId(),
        erasure,
        (known, next) -> {
          if (next.getExportErasedAt() == null) {
            next.setExportErasedAt(known.getExportErasedAt());
          }
          return next;
        });
  }

  ErasedUsers erased() {
    return erased;
  }

  Set<String> receipts() {
    return Set.copyOf(receipts.keySet());
  }

  /** Says of every receipt that doesn't have it yet that the export holds nothing of its user. */
  void publish(Instant erasedAt) {
    List<Erasure> open =
        receipts.values().stream().filter(each -> each.getExportErasedAt() == null).toList();
    if (open.isEmpty()) {
      return;
    }
    String topic = kafka.topics().names().erasures();
    try (var writer = new AcknowledgedWriter(kafka, registry, "attune-export", PATIENCE)) {
      for (Erasure erasure : open) {
        erasure.setExportErasedAt(erasedAt.toEpochMilli());
        var unused = writer.write(topic, erasure.getUserHash(), erasure);
      }
    } catch (NotWrittenException e) {
      throw new WarehouseException(
          "The files of erased users are rewritten, but their receipts can't be told so: "
              + e.getMessage()
              + ". The next run tries again.",
          e);
    }
  }
}
