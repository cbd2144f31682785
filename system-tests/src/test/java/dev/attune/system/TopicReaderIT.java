package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.BackwardReader;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicFollower;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.local.infra.Infra;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TopicReaderIT {
  private static final int PARTITIONS = 3;
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final KafkaSettings kafka = KafkaSettings.of(Infra.shared().bootstrapServers());
  private final String topic = "reader-it-" + UUID.randomUUID();

  @Test
  void readsCommittedRecordsUpToTheEnd() throws Exception {
    create();
    send("a", "b");
    try (var transactions = producer(Map.of("transactional.id", topic))) {
      transactions.initTransactions();
      transactions.beginTransaction();
      put(transactions, "aborted", 0);
      transactions.abortTransaction();
      transactions.beginTransaction();
      put(transactions, "committed", 0);
      transactions.commitTransaction();
      transactions.beginTransaction();
      put(transactions, "open", 0);
      transactions.flush();

      assertThat(read(new StartAt.Beginning())).containsExactlyInAnyOrder("a", "b", "committed");

      transactions.abortTransaction();
    }
  }

  @Test
  void startsWhereItIsTold() throws Exception {
    create();
    long now = System.currentTimeMillis();
    try (var producer = producer(Map.of())) {
      put(producer, "old", now - 100_000);
      put(producer, "young", now - 1_000);
    }

    assertThat(read(new StartAt.Beginning())).containsExactlyInAnyOrder("old", "young");
    assertThat(read(new StartAt.Time(now - 50_000))).containsExactly("young");
    assertThat(read(new StartAt.Ago(Duration.ofSeconds(50)))).containsExactly("young");
    assertThat(read(new StartAt.Time(now + 50_000))).isEmpty();
    assertThat(read(new StartAt.End())).isEmpty();
  }

  @Test
  void readsTheNewestOfEachPartition() throws Exception {
    create();
    send("x", "x", "x", "x", "x");

    assertThat(read(new StartAt.Tail(2))).hasSize(2);
    assertThat(read(new StartAt.Tail(100))).hasSize(5);
  }

  @Test
  void readsOnePartitionFromOneRecord() throws Exception {
    create();
    send("x", "x", "x", "other");
    var partition = new TopicPartition(topic, KeyPartition.of("x", PARTITIONS));

    try (var reader = TopicReader.ofPartition(kafka, "test", partition, new StartAt.Offset(1))) {
      List<Long> offsets = new ArrayList<>();
      reader.readToEnd(record -> offsets.add(record.offset()));

      assertThat(offsets).startsWith(1L, 2L);
      assertThat(reader.progress()).isEqualTo(1);
    }
  }

  @Test
  void readsFromOneRecordOfSomePartitionsAndNothingOfTheOthers() throws Exception {
    create();
    send("x", "x", "x", "y", "z", "v", "w");
    int partition = KeyPartition.of("x", PARTITIONS);

    List<String> read = read(new StartAt.Offsets(Map.of(partition, 1L)));

    assertThat(read)
        .startsWith("x", "x")
        .allMatch(value -> KeyPartition.of(value, PARTITIONS) == partition);
    assertThat(read(new StartAt.Offsets(Map.of()))).isEmpty();
  }

  @Test
  void findsTheKeysPartition() throws Exception {
    create();
    send("x", "y", "z", "v", "w");
    for (String key : List.of("x", "y", "z")) {
      try (var reader = new BackwardReader(kafka, "test", topic, key, 1)) {
        Set<Integer> partitions = new HashSet<>();
        List<String> keys = new ArrayList<>();
        while (!reader.isDone()) {
          for (var record : reader.step(Long.MAX_VALUE).records()) {
            partitions.add(record.partition());
            keys.add(record.key());
          }
        }

        assertThat(partitions).hasSize(1);
        assertThat(keys).containsExactly(key);
      }
    }
  }

  @Test
  void aMissingTopicIsAFailure() {
    try (var reader = TopicReader.of(kafka, "test", topic, new StartAt.Beginning())) {
      assertThatExceptionOfType(KafkaException.class).isThrownBy(reader::poll);
    }
  }

  @Test
  void aGroupSharesItsTopicsAndCommitsNothing() throws Exception {
    create();
    send("a", "b", "c", "d", "e", "f");
    Set<String> seen = new HashSet<>();
    var reassigned = new AtomicInteger();

    try (var reader =
        TopicReader.ofGroup(
            kafka,
            topic + "-group",
            List.of(topic),
            new StartAt.Beginning(),
            Map.of(),
            reassigned::incrementAndGet)) {
      Awaitility.await()
          .atMost(DEADLINE)
          .until(
              () -> {
                reader.poll().forEach(record -> seen.add(record.key()));
                return seen.size() == 6;
              });
    }

    assertThat(reassigned).hasValue(1);
    try (Admin admin = Admin.create(kafka.client())) {
      assertThat(
              admin
                  .listConsumerGroupOffsets(topic + "-group")
                  .partitionsToOffsetAndMetadata()
                  .get())
          .isEmpty();
    }
  }

  @Test
  void aFollowerWaitsForItsTopicCatchesUpAndGoesOn() throws Exception {
    var follower = new Follower();
    follower.start();
    Awaitility.await().atMost(DEADLINE).until(() -> follower.opened.get() > 1);
    assertThat(follower.isCaughtUp()).isFalse();

    create();
    send("a");
    Awaitility.await().atMost(DEADLINE).until(follower::isCaughtUp);
    send("b");
    Awaitility.await().atMost(DEADLINE).until(() -> follower.seen.contains("b"));
    long began = System.nanoTime();
    follower.stop();

    assertThat(follower.seen).contains("a", "b");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    assertThat(follower.isRunning()).isFalse();
  }

  private final class Follower extends TopicFollower {
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();

    Follower() {
      super("follower");
    }

    @Override
    protected TopicReader open() {
      opened.incrementAndGet();
      return TopicReader.of(kafka, "test", topic, new StartAt.Beginning());
    }

    @Override
    protected void take(ConsumerRecords<String, byte[]> records) {
      records.forEach(record -> seen.add(record.key()));
    }
  }

  private List<String> read(StartAt start) {
    List<String> keys = new ArrayList<>();
    try (var reader = TopicReader.of(kafka, "test", topic, start)) {
      reader.readToEnd(record -> keys.add(record.key()));
    }
    return keys;
  }

  private void create() throws Exception {
    try (Admin admin = Admin.create(kafka.client())) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
    }
  }

  private void send(String... keys) throws Exception {
    try (var producer = producer(Map.of())) {
      for (String key : keys) {
        put(producer, key, System.currentTimeMillis());
      }
    }
  }

  private void put(KafkaProducer<String, String> producer, String key, long timestamp)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, null, timestamp, key, "value")).get();
  }

  private KafkaProducer<String, String> producer(Map<String, ?> more) {
    return new KafkaProducer<>(
        kafka.client("test", more), new StringSerializer(), new StringSerializer());
  }
}
