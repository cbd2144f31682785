package dev.attune.warehouse.export;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.Erasure;
import dev.attune.warehouse.table.WarehouseException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topic {@code erasures}: who asked to be forgotten, and the export's part in each receipt. */
final class ErasureTopic {
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
    try (var producer =
        new KafkaProducer<>(
            kafka.client("attune-export", Map.of(ProducerConfig.ACKS_CONFIG, "all")),
            new StringSerializer(),
            new AvroSerializer<Erasure>(registry))) {
      for (Erasure erasure : open) {
        erasure.setExportErasedAt(erasedAt.toEpochMilli());
        Future<RecordMetadata> sent =
            producer.send(
                new ProducerRecord<>(
                    kafka.topics().names().erasures(), erasure.getUserHash(), erasure));
        sent.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WarehouseException("The export was interrupted.", e);
    } catch (ExecutionException e) {
      throw new WarehouseException(
          "The files of erased users are rewritten, but their receipts can't be told so: "
              + e.getMessage()
              + ". The next run tries again.",
          e);
    }
  }
}
