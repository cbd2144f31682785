package dev.attune.warehouse.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs say of a real Kafka. */
class ExportRunIT {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");

  private final Infra infra = Infra.shared();
  private final Topics topics =
      new Topics("x" + UUID.randomUUID().toString().substring(0, 8) + ".");
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
          .with(new TopicSettings(topics.prefix(), true, 1, (short) 1));
  private final SchemaRegistryClient registry = new SchemaRegistryClient(kafka.registry());
  private final Admin admin = Admin.create(kafka.client());

  @TempDir Path folder;

  ExportRunIT() {
    TopicSetup.ensure(admin, kafka.topics());
  }

  @AfterEach
  void close() {
    admin.close();
  }

  /** The marker of a commit has an offset, and goes with the records of its transaction. */
  @Test
  void theEndOfATransactionIsNoLostRecord() throws Exception {
    TopicPartition sessions = new TopicPartition(topics.sessions(), 0);
    writeInATransaction(sessions);
    assertThat(sessions(export(true)).read()).isEqualTo(1);

    deleteAll(sessions);

    assertThat(sessions(export(true)).expired()).isZero();
    writeInATransaction(sessions);
    assertThat(sessions(export(true)).read()).isEqualTo(1);
    writeInATransaction(sessions);
    deleteAll(sessions);
    assertThat(sessions(export(true)).expired()).as("a record and its marker").isEqualTo(2);
  }

  /** The other one may still have all of the user. */
  @Test
  void anExportToASecondPlaceIsInNoReceipt() throws Exception {
    try (var producer = new KafkaProducer<>(producer(), new StringSerializer(), bytes())) {
      var unused = producer.send(new ProducerRecord<>(topics.erasures(), "key", erasure())).get();
    }

    assertThat(export(false).erasedReceipts()).isEqualTo(1);
    assertThat(told()).containsExactly(false);

    export(true);
    assertThat(told()).containsExactly(false, true);
  }

  private byte[] erasure() {
    Erasure erasure =
        Erasure.newBuilder()
            .setReceiptId("r")
            .setUserHash(HASHER.hash("gone"))
            .setHashKey(HASHER.keyId())
            .setEpoch(0)
            .setPartition(0)
            .setOffset(0)
            .setRequestedAt(1)
            .setStateErasedAt(1L)
            .build();
    var serializer = new AvroSerializer<Erasure>(registry);
    return Objects.requireNonNull(serializer.serialize(topics.erasures(), erasure));
  }

  /** Whether the records of erasures say that the export is rewritten. */
  private List<Boolean> told() {
    List<Boolean> told = new ArrayList<>();
    var values = new AvroDeserializer<>(registry, Erasure.class);
    try (TopicReader reader =
        TopicReader.of(kafka, "test", topics.erasures(), new StartAt.Beginning())) {
      reader.readToEnd(
          record -> told.add(values.readable(record).orElseThrow().getExportErasedAt() != null));
    }
    return told;
  }

  /** A record and, as the next offset, the marker, which the broker writes after the answer. */
  private void writeInATransaction(TopicPartition to) throws Exception {
    Map<String, Object> settings = producer();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + "writer");
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), bytes())) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> written =
          producer.send(
              new ProducerRecord<>(to.topic(), to.partition(), "key", new byte[] {1, 2, 3}));
      producer.commitTransaction();
      long end = written.get().offset() + 2;
      await().until(() -> committed(to) >= end);
    }
  }

  private Map<String, Object> producer() {
    return new HashMap<>(kafka.producer("test", Map.of()));
  }

  private static ByteArraySerializer bytes() {
    return new ByteArraySerializer();
  }

  /** As retention does with a segment that is old enough. */
  private void deleteAll(TopicPartition of) throws Exception {
    admin.deleteRecords(Map.of(of, RecordsToDelete.beforeOffset(committed(of)))).all().get();
  }

  /** The offset behind all that is committed. */
  private long committed(TopicPartition of) throws Exception {
    return admin
        .listOffsets(
            Map.of(of, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .partitionResult(of)
        .get()
        .offset();
  }

  private static ExportReport.Part sessions(ExportReport report) {
    return report.tables().stream()
        .filter(part -> part.table() == Table.SESSIONS)
        .findFirst()
        .orElseThrow();
  }

  private ExportReport export(boolean inReceipts) {
    return Export.run(
        new Export.Request(
            kafka,
            0,
            WarehouseFiles.at(folder.toString(), null),
            inReceipts,
            HASHER,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            InstantSource.system()));
  }
}
