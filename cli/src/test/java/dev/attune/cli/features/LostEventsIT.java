package dev.attune.cli.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastOrigin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.ServerException;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.warehouse.export.Export;
import dev.attune.warehouse.files.WarehouseFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka has deleted comes back from an export: those events, once, where they were. */
class LostEventsIT {
  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long BEGIN = System.currentTimeMillis() / DAY * DAY - 5 * DAY;
  private static final int EPOCH = 2;
  private static final String APPLICATION = "lost-" + UUID.randomUUID();

  private final Infra infra = Infra.shared();
  private final Topics topics =
      new Topics("l" + UUID.randomUUID().toString().substring(0, 8) + ".");
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
          .with(new TopicSettings(topics.prefix(), true, 2, (short) 1));
  private final SchemaRegistryClient registry = new SchemaRegistryClient(kafka.registry());
  private final Admin raw = Admin.create(kafka.client());
  private final KafkaAdmin admin = new KafkaAdmin(kafka);
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          kafka.producer("test", Map.of()), new StringSerializer(), new ByteArraySerializer());
  private final String application = topics.prefix() + APPLICATION;
  private final List<Told> sent = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  @TempDir Path folder;

  /** An event with where it is, or was. */
  private record Told(int partition, long offset, long timestamp, InteractionEvent event) {}

  LostEventsIT() {
    TopicSetup.ensure(raw, kafka.topics());
  }

  @AfterEach
  void close() {
    producer.close();
    raw.close();
    admin.close();
  }

  @Test
  void whatIsLostComesBackOnceWhereItWas() throws Exception {
    send(0, 40);
    send(1, 30);
    export();
    send(0, 20);
    delete(Map.of(0, 25L, 1, 30L));

    assertThat(lost(EPOCH, false).write(application)).isTrue();

    assertThat(past()).isEqualTo(sentBefore(Map.of(0, 25L, 1, 30L)));
    assertThat(notes).isEmpty();
  }

  @Test
  void aRunThatWasCutOffIsContinuedAlsoWhenKafkaHasLostMore() throws Exception {
    send(0, 40);
    export();
    delete(Map.of(0, 10L));
    lost(EPOCH, false).write(application);
    delete(Map.of(0, 33L));

    lost(EPOCH, false).write(application);
    lost(EPOCH, false).write(application);

    assertThat(past()).isEqualTo(sentBefore(Map.of(0, 33L)));
    assertThat(PastTopic.content(kafka, PastTopic.name(application)).isWhole()).isTrue();
  }

  @Test
  void whatNeitherHasIsCountedAndRefusedUnlessItMayBeMissing() throws Exception {
    send(0, 40);
    export();
    send(0, 10);
    send(1, 7);
    delete(Map.of(0, 45L, 1, 7L));

    assertThatThrownBy(() -> lost(EPOCH, false).write(application))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("12 records of " + topics.interactionEvents() + " are missing")
        .hasMessageContaining("--from-retained");
    assertThat(admin.topics()).doesNotContain(PastTopic.name(application));

    assertThat(lost(EPOCH, true).write(application)).isTrue();
    assertThat(past()).isEqualTo(sentBefore(Map.of(0, 40L)));
    assertThat(notes).singleElement().asString().startsWith("12 records");
  }

  @Test
  void whatAnExportCameTooLateForIsMissingEverAfter() throws Exception {
    send(0, 20);
    delete(Map.of(0, 8L));
    export();
    export();
    delete(Map.of(0, 15L));

    assertThatThrownBy(() -> lost(EPOCH, false).write(application))
        .hasMessageContaining("8 records of ");
  }

  @Test
  void withoutAnExportItSaysWhereOneComesFrom() throws Exception {
    send(0, 20);
    delete(Map.of(0, 8L));

    assertThatThrownBy(() -> lost(EPOCH, false).write(application))
        .hasMessageContaining("holds no export")
        .hasMessageContaining("./attune export");
    assertThatThrownBy(
            () -> new LostEvents(kafka, admin, null, EPOCH, false, progress()).write(application))
        .hasMessageContaining("--past")
        .hasMessageContaining("--from-retained");
  }

  @Test
  void anExportOfAnEarlierTopicIsRefused() throws Exception {
    send(0, 20);
    export();
    raw.deleteTopics(List.of(topics.interactionEvents())).all().get();
    TopicSetup.ensure(raw, kafka.topics());
    send(0, 20);
    delete(Map.of(0, 8L));

    assertThatThrownBy(() -> lost(EPOCH, false).write(application))
        .hasMessageContaining("is of an earlier topic");
  }

  @Test
  void eventsOfAnotherEpochAndDaysWithoutEventsAreTold() throws Exception {
    send(0, 20);
    send(0, clicked("late", BEGIN + 3 * DAY));
    export();
    delete(Map.of(0, 21L));

    assertThat(lost(EPOCH + 1, false).write(application)).isFalse();

    assertThat(notes)
        .containsExactly(
            "The export has no events of 2 days between its first and its last: %s, %s"
                .formatted(day(1), day(2)),
            "21 events of the export don't count: they are of another epoch.");
  }

  @Test
  void whatKafkaDeletesBeforeTheFirstReadIsNoticed() throws Exception {
    send(0, 20);
    send(1, 20);
    TopicPartition begun = new TopicPartition(topics.interactionEvents(), 0);
    TopicPartition other = new TopicPartition(topics.interactionEvents(), 1);
    var beginning = new KafkaBeginning(admin, application, Map.of(begun, 0L, other, 0L));
    assertThat(beginning.isLost()).isFalse();
    admin.move(application, Map.of(begun, 5L));
    assertThat(beginning.isLost()).isFalse();

    delete(Map.of(0, 4L, 1, 4L));
    assertThat(beginning.isLost()).as("what has been read may go").isFalse();
    admin.move(application, Map.of(other, 5L));

    assertThat(beginning.isLost()).isTrue();
    assertThat(new KafkaBeginning(admin, application, Map.of()).isLost()).isFalse();
  }

  /** The files may be older than the erasure; then the recount passes their rows over. */
  @Test
  void whoWasErasedIsNotInTheExport() throws Exception {
    send(0, 5);
    long erasedAt = send(0, clicked("gone", BEGIN));
    send(0, 5);
    write(
        topics.erasures(),
        null,
        erasedAt,
        Erasure.newBuilder()
            .setReceiptId("r")
            .setUserHash(HASHER.hash("gone"))
            .setHashKey(HASHER.keyId())
            .setEpoch(EPOCH)
            .setPartition(0)
            .setOffset(erasedAt)
            .setRequestedAt(BEGIN)
            .setStateErasedAt(BEGIN)
            .build());
    export();
    delete(Map.of(0, 11L));

    lost(EPOCH, false).write(application);

    assertThat(past())
        .hasSize(10)
        .noneMatch(told -> told.event().getUserId().equals("gone"))
        .allMatch(sent::contains);
  }

  private static String day(int number) {
    return java.time.Instant.ofEpochMilli(BEGIN + number * DAY).toString().substring(0, 10);
  }

  private LostEvents lost(int epoch, boolean fromRetained) {
    return new LostEvents(kafka, admin, files(), epoch, fromRetained, progress());
  }

  private Backfill.Progress progress() {
    return new Backfill.Progress() {
      @Override
      public void at(long read, long of) {}

      @Override
      public void copied(long read, long of) {
        assertThat(read).isLessThanOrEqualTo(of);
      }

      @Override
      public void note(String sentence) {
        notes.add(sentence);
      }
    };
  }

  private WarehouseFiles files() {
    return WarehouseFiles.at(folder.toString(), null);
  }

  private void export() {
    var unused =
        Export.run(
            new Export.Request(
                kafka,
                EPOCH,
                files(),
                true,
                HASHER,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                InstantSource.system()));
  }

  private void delete(Map<Integer, Long> before) throws Exception {
    Map<TopicPartition, RecordsToDelete> records = new java.util.HashMap<>();
    before.forEach(
        (partition, offset) ->
            records.put(
                new TopicPartition(topics.interactionEvents(), partition),
                RecordsToDelete.beforeOffset(offset)));
    raw.deleteRecords(records).all().get();
  }

  private List<Told> sentBefore(Map<Integer, Long> offsets) {
    return sent.stream()
        .filter(told -> told.offset() < offsets.getOrDefault(told.partition(), 0L))
        .sorted(java.util.Comparator.comparing(Told::partition).thenComparing(Told::offset))
        .toList();
  }

  private List<Told> past() {
    List<Told> found = new ArrayList<>();
    var values = new AvroDeserializer<>(registry, InteractionEvent.class);
    for (int partition = 0; partition < 2; partition++) {
      var wanted = new TopicPartition(PastTopic.name(application), partition);
      try (TopicReader reader =
          TopicReader.ofPartition(kafka, "lost-events", wanted, new StartAt.Beginning())) {
        reader.readToEnd(
            record -> {
              PastOrigin origin = Objects.requireNonNull(PastOrigin.of(record.headers()));
              InteractionEvent event = values.readable(record).orElseThrow();
              assertThat(record.key()).isEqualTo(event.getUserId());
              found.add(new Told(record.partition(), origin.offset(), origin.timestamp(), event));
            });
      }
    }
    return found;
  }

  private void send(int partition, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      // times go back now and then: the order is that of Kafka
      long at = BEGIN + i * 60_000L - i % 3 * 100_000L + 600_000;
      send(partition, event("u" + i % 5, at, i));
    }
  }

  private static InteractionEvent event(String user, long at, int number) {
    return switch (number % 3) {
      case 0 ->
          base(user, at)
              .setType("agent_replied")
              .setAgentReplied(new AgentReplied(number / 3.0 + 1e-9, true))
              .build();
      case 1 ->
          base(user, at)
              .setType("custom")
              .setCustom(
                  new Custom("purchase", Map.of("amount", "1.10", "note", "\"it's \u00e9\"")))
              .build();
      default -> clicked(user, at);
    };
  }

  private static InteractionEvent clicked(String user, long at) {
    return base(user, at)
        .setType("clicked")
        .setClicked(
            dev.attune.schemas.avro.Clicked.newBuilder().setElement("e").setPage(null).build())
        .build();
  }

  private static InteractionEvent.Builder base(String user, long at) {
    return InteractionEvent.newBuilder()
        .setEventId(UUID.randomUUID().toString())
        .setUserId(user)
        .setSessionId("s")
        .setOccurredAt(at)
        .setReceivedAt(at + 7);
  }

  private long send(int partition, InteractionEvent event) throws Exception {
    long timestamp = event.getReceivedAt();
    long offset = write(topics.interactionEvents(), partition, timestamp, event);
    sent.add(new Told(partition, offset, timestamp, event));
    return offset;
  }

  private <T extends SpecificRecord> long write(
      String topic, @org.jspecify.annotations.Nullable Integer partition, long timestamp, T value)
      throws Exception {
    byte[] bytes = new AvroSerializer<T>(registry).serialize(topic, value);
    String key = value instanceof InteractionEvent event ? event.getUserId() : "key";
    return producer
        .send(new ProducerRecord<>(topic, partition, timestamp, key, bytes))
        .get()
        .offset();
  }
}
