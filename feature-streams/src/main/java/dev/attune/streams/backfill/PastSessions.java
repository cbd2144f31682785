package dev.attune.streams.backfill;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.topology.SaidSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was said of sessions lately, each partition's on a thread of its own: a stream thread
 * that read it would let its transaction time out, and whoever took its task would read it again.
 * What was read stays until it is taken over, also when the task that waits for it fails.
 * Thread-safe.
 */
final class PastSessions {
  /**
   * A late event may change a session for a day; twice that, since sessions are told by receipt.
   */
  private static final Duration TOLD = Duration.ofDays(2);

  private final KafkaSettings kafka;
  private final String clientId;
  private final Topics topics;
  private final AvroDeserializer<Session> values;
  private final Map<Integer, CompletableFuture<SaidSessions>> byPartition =
      new ConcurrentHashMap<>();

  PastSessions(KafkaSettings kafka, String clientId, SchemaRegistryClient schemas) {
    this.kafka = kafka;
    this.clientId = clientId;
    this.topics = kafka.topics().names();
    this.values = new AvroDeserializer<>(schemas, Session.class);
  }

  /** As they came: decoded they would take several times the memory. */
  private final class Encoded implements SaidSessions {
    private final Map<String, List<byte[]>> byUser = new HashMap<>();

    private void add(ConsumerRecord<String, byte[]> record) {
      byUser.computeIfAbsent(record.key(), _ -> new ArrayList<>(1)).add(record.value());
    }

    @Override
    public Set<String> users() {
      return byUser.keySet();
    }

    @Override
    public List<Session> of(String userId) {
      return byUser.getOrDefault(userId, List.of()).stream()
          .map(value -> new ConsumerRecord<>(topics.sessions(), 0, 0, userId, value))
          .flatMap(record -> values.readable(record).stream())
          .toList();
    }
  }

  /** Begins to read them, unless that was done or is under way. */
  void begin(int partition) {
    var unused =
        byPartition.compute(
            partition,
            (_, known) ->
                known == null || known.isCompletedExceptionally() ? start(partition) : known);
  }

  private CompletableFuture<SaidSessions> start(int partition) {
    return CompletableFuture.supplyAsync(
        () -> read(partition), Thread.ofVirtual().name("past-sessions-" + partition)::start);
  }

  /**
   * Waits until they are read.
   *
   * @throws java.util.concurrent.CompletionException when Kafka is away
   */
  SaidSessions of(int partition) {
    begin(partition);
    @Nullable CompletableFuture<SaidSessions> reading = byPartition.get(partition);
    return reading == null ? SaidSessions.NONE : reading.join();
  }

  void forget(int partition) {
    byPartition.remove(partition);
  }

  private SaidSessions read(int partition) {
    int partitions = partitions(topics.interactionEvents());
    boolean alike = partitions(topics.sessions()) == partitions;
    var sessions = new Encoded();
    try (TopicReader reader = alike ? readerOf(partition) : readerOfAll()) {
      reader.readToEnd(
          record -> {
            if (KeyPartition.of(record.key(), partitions) == partition) {
              sessions.add(record);
            }
          });
    }
    return sessions;
  }

  private TopicReader readerOf(int partition) {
    return TopicReader.ofPartition(
        kafka,
        clientId + "-" + partition,
        new TopicPartition(topics.sessions(), partition),
        new StartAt.Ago(TOLD));
  }

  /** An operator may have made the topic with other partitions than the events'. */
  private TopicReader readerOfAll() {
    return TopicReader.of(kafka, clientId, topics.sessions(), new StartAt.Ago(TOLD));
  }

  private int partitions(String topic) {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      return admin.first(topic).size();
    }
  }
}
