package dev.attune.warehouse.export;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

  private Map<String, Object> producer() {
    return new HashMap<>(kafka.producer("test", Map.of()));
  }

  private static ByteArraySerializer bytes() {
    return new ByteArraySerializer();
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
