package dev.attune.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.kafka.writer.CopyWriter;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup's records come back as they were, without erased users, and only where they fit. */
class RestoreIT {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");
  private static final long NOW = System.currentTimeMillis();
  private static final int EPOCH = 2;

  private final Infra infra = Infra.shared();
  private final KafkaSettings source = settings(2);
  private final KafkaSettings target = settings(2);
  private final SchemaRegistryClient registry = new SchemaRegistryClient(source.registry());
  private final String application = "restore-" + UUID.randomUUID();

  @TempDir Path folder;

  RestoreIT() {
    TopicSetup.ensure(source);
  }

  private KafkaSettings settings(int partitions) {
    String prefix = "b" + UUID.randomUUID().toString().substring(0, 8) + ".";
    return KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
        .with(new TopicSettings(prefix, true, partitions, (short) 1));
  }

  @Test
  void recordsComeBackInTheirPartitionsOrderAndTime() throws IOException {
    send(BackupTopic.EVENTS, 0, "amy", 1, event("amy"));
    send(BackupTopic.EVENTS, 1, "ben", 2, event("ben"));
    send(BackupTopic.LABELS, 1, "e-1", 3, null);
    assertThat(backup().records()).containsEntry(BackupTopic.EVENTS, 2L);
    send(BackupTopic.EVENTS, 0, "amy", 4, event("amy"));
    sendRaw(BackupTopic.DECISIONS, 1, "ben", 5, "no Avro".getBytes(StandardCharsets.UTF_8));
    assertThat(backup().records())
        .containsEntry(BackupTopic.EVENTS, 1L)
        .containsEntry(BackupTopic.DECISIONS, 1L)
        .containsEntry(BackupTopic.LABELS, 0L);

    Restore.Report report = restore(target, EPOCH + 1);

    assertThat(report.isKeptLonger()).isFalse();
    for (BackupTopic topic : BackupTopic.values()) {
      assertThat(shown(target, topic)).as(topic.folder()).isEqualTo(shown(source, topic));
    }
    assertThat(shown(target, BackupTopic.EVENTS)).hasSize(3);
  }

  /** Kafka deleted some of what a run had written but not noted, before the next one came. */
  @Test
  void aFileOfARunThatWasCutOffDoublesNothing() throws IOException {
    send(BackupTopic.EVENTS, 0, "amy", 1, event("amy"));
    send(BackupTopic.EVENTS, 0, "amy", 2, event("amy"));
    backup();
    Path file = new BackupFolder(folder).files(BackupTopic.EVENTS, 0).getFirst();
    Files.copy(file, file.resolveSibling("00000000000000000001.avro"));

    restore(target, EPOCH + 1);

    assertThat(shown(target, BackupTopic.EVENTS)).isEqualTo(shown(source, BackupTopic.EVENTS));
  }

  @Test
  void whoWasErasedIsInNoFileAfterTheNextRunAndDoesNotComeBack() throws IOException {
    send(BackupTopic.EVENTS, 0, "gone", 1, event("gone"));
    send(BackupTopic.EVENTS, 0, "amy", 2, event("amy"));
    sendRaw(BackupTopic.DECISIONS, 0, "gone", 3, new byte[] {1});
    backup();
    assertThat(keysInFiles()).contains("gone", "amy");

    send(BackupTopic.EVENTS, 0, "gone", 4, event("gone"));
    erase(source, "gone", EPOCH, 2, 4);
    send(BackupTopic.EVENTS, 0, "gone", 5, event("gone"));
    assertThat(backup().erasures()).isEqualTo(1);

    assertThat(keysInFiles()).containsExactly("gone", "amy");
    restore(target, EPOCH + 1);
    assertThat(shown(target, BackupTopic.EVENTS))
        .hasSize(2)
        .last()
        .asString()
        .contains("gone", "" + (NOW + 5));
    assertThat(shown(target, BackupTopic.DECISIONS)).isEmpty();
  }

  @Test
  void whoWasErasedWhereItIsRestoredToDoesNotComeBackEither() throws IOException {
    send(BackupTopic.EVENTS, 0, "gone", 1, event("gone"));
    send(BackupTopic.EVENTS, 0, "amy", 2, event("amy"));
    backup();
    TopicSetup.ensure(target);
    erase(target, "gone", EPOCH + 1, 0, 9);

    assertThat(restore(target, EPOCH + 1).erased()).isEqualTo(1);

    assertThat(shown(target, BackupTopic.EVENTS)).singleElement().asString().contains("amy");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    assertThatThrownBy(() -> restore(target, EPOCH + 1)).hasMessageContaining("no backup in");
    send(BackupTopic.EVENTS, 0, "amy", 1, event("amy"));
    backup();

    assertThatThrownBy(() -> restore(target, EPOCH))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("set ATTUNE_EPOCH to 3");
    KafkaSettings other = settings(3);
    TopicSetup.ensure(other);
    assertThatThrownBy(() -> restore(other, EPOCH + 1))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("has 3 partitions, in the backup it has 2");
    restore(target, EPOCH + 1);
    assertThatThrownBy(() -> restore(target, EPOCH + 1))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("interaction-events has records already");
    assertThat(shown(target, BackupTopic.EVENTS)).hasSize(1);
    assertThatThrownBy(
            () -> new Backup(new BackupFolder(folder), source, 7, HASHER, Progress.SILENT).run())
        .hasMessageContaining("has a backup of epoch 2");
    assertThatThrownBy(
            () ->
                new Backup(new BackupFolder(folder), target, EPOCH, HASHER, Progress.SILENT).run())
        .hasMessageContaining("was created anew");
  }

  /** Kafka would delete them by their time, before feature-streams has counted them. */
  @Test
  void oldRecordsAreKeptUntilTheyAreCounted() throws IOException {
    Duration age = Duration.ofDays(6).plusHours(12);
    send(BackupTopic.EVENTS, 0, "amy", -age.toMillis(), event("amy"));
    send(BackupTopic.EVENTS, 1, "ben", 1, event("ben"));
    backup();
    assertThat(restore(target, EPOCH + 1).isKeptLonger()).isTrue();
    String events = target.topics().names().interactionEvents();
    InstantSource tomorrow =
        InstantSource.fixed(Instant.ofEpochMilli(NOW).plus(Duration.ofDays(1)));
    RestoreEnd end = new RestoreEnd(target, application, tomorrow);

    try (KafkaAdmin admin = new KafkaAdmin(target)) {
      assertThat(admin.retention(events)).isBetween(age.plusDays(7), age.plusDays(7).plusHours(1));
      assertThatThrownBy(end::run)
          .isInstanceOf(UserFault.class)
          .hasMessageContaining("has yet to count 1 records of " + events);
      admin.move(application, Map.of(new TopicPartition(events, 0), 1L));

      assertThat(end.run()).containsExactly(events);

      assertThat(admin.retention(events)).isEqualTo(Duration.ofDays(7));
      assertThat(end.run()).isEmpty();
    }
  }

  private Backup.Report backup() throws IOException {
    return new Backup(new BackupFolder(folder), source, EPOCH, HASHER, Progress.SILENT).run();
  }

  private Restore.Report restore(KafkaSettings to, int epoch) throws IOException {
    var wanted =
        new Restore.Target(epoch, application, HASHER, Long.MIN_VALUE, InstantSource.system());
    return new Restore(new BackupFolder(folder), to, wanted, Progress.SILENT).run(() -> {});
  }

  private void send(
      BackupTopic topic, int partition, String key, long after, @Nullable SpecificRecord value) {
    String name = topic.in(source.topics().names());
    sendRaw(topic, partition, key, after, bytes(name, value));
  }

  private byte @Nullable [] bytes(String topic, @Nullable SpecificRecord value) {
    return value == null ? null : new AvroSerializer<>(registry).serialize(topic, value);
  }

  private void sendRaw(
      BackupTopic topic, int partition, String key, long after, byte @Nullable [] value) {
    write(source, topic, partition, key, after, value);
  }

  private static void write(
      KafkaSettings kafka,
      BackupTopic topic,
      int partition,
      String key,
      long after,
      byte @Nullable [] value) {
    Header header = new RecordHeader("traceparent", key.getBytes(StandardCharsets.UTF_8));
    try (CopyWriter writer = new CopyWriter(kafka, "test")) {
      writer.write(
          topic.in(kafka.topics().names()), partition, NOW + after, key, value, List.of(header));
      writer.finish();
    }
  }

  private void erase(KafkaSettings kafka, String user, int epoch, long offset, long after) {
    String topic = kafka.topics().names().erasures();
    Erasure erasure =
        Erasure.newBuilder()
            .setReceiptId("r-" + user)
            .setUserHash(HASHER.hash(user))
            .setHashKey(HASHER.keyId())
            .setEpoch(epoch)
            .setPartition(0)
            .setOffset(offset)
            .setRequestedAt(NOW + after)
            .build();
    write(kafka, BackupTopic.ERASURES, 0, erasure.getUserHash(), after, bytes(topic, erasure));
  }

  private static InteractionEvent event(String user) {
    return InteractionEvent.newBuilder()
        .setEventId(UUID.randomUUID().toString())
        .setType("clicked")
        .setUserId(user)
        .setOccurredAt(NOW)
        .setReceivedAt(NOW)
        .setClicked(Clicked.newBuilder().setElement("e").setPage(null).build())
        .build();
  }

  /** Whatever the files hold of users, by key. */
  private List<String> keysInFiles() throws IOException {
    BackupFolder files = new BackupFolder(folder);
    List<String> keys = new ArrayList<>();
    for (BackupTopic topic : List.of(BackupTopic.DECISIONS, BackupTopic.EVENTS)) {
      for (Path file : files.files(topic, 0)) {
        RecordFile.read(file, record -> keys.add(String.valueOf(record.key())));
      }
    }
    return keys.stream().distinct().sorted(java.util.Comparator.reverseOrder()).toList();
  }

  /** All that Kafka tells of a topic's records but their offsets, by partition. */
  private List<String> shown(KafkaSettings kafka, BackupTopic topic) {
    var values = new AvroDeserializer<>(registry, InteractionEvent.class);
    Map<Integer, List<String>> byPartition = new TreeMap<>();
    String name = topic.in(kafka.topics().names());
    try (TopicReader reader = TopicReader.of(kafka, "test", name, new StartAt.Beginning())) {
      reader.readToEnd(
          record ->
              byPartition
                  .computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                  .add(shown(record, values)));
    }
    return byPartition.values().stream().flatMap(List::stream).toList();
  }

  private static String shown(
      ConsumerRecord<String, byte[]> record, AvroDeserializer<InteractionEvent> values) {
    Header header = record.headers().lastHeader("traceparent");
    return "%d %s %s %s %s %s"
        .formatted(
            record.partition(),
            record.key(),
            record.timestamp(),
            new String(header.value(), StandardCharsets.UTF_8),
            record.value() == null ? "tombstone" : record.value().length,
            values.readable(record).map(Object::toString).orElse("unreadable"));
  }
}
