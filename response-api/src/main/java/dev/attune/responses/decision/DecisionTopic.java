package dev.attune.responses.decision;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.problem.ApiProblem;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Finds an older decision in the topic: its id names partition and time, Kafka's time index the
 * first record not before it. Other replicas' records lie between, so some are read on. One look-up
 * at a time; they are rare, for people.
 */
@Component
class DecisionTopic implements DisposableBean {

  private static final Duration BUDGET = Duration.ofSeconds(5);

  /** A record may lie behind later ones for as long as a sender tries. */
  private static final Duration DISORDER = Duration.ofMinutes(10);

  private final DecisionSettings settings;
  private final String topic;
  private final SchemaRegistryClient registry;
  private final DecisionSender sender;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable KafkaConsumer<String, Decision> consumer;

  DecisionTopic(
      DecisionSettings settings,
      Topics topics,
      SchemaRegistryClient registry,
      DecisionSender sender) {
    this.settings = settings;
    this.topic = topics.decisions();
    this.registry = registry;
    this.sender = sender;
  }

  Optional<Decision> find(DecisionId id) {
    if (id.partition() >= sender.partitions()) {
      return Optional.empty();
    }
    boolean mine = false;
    try {
      mine = lock.tryLock(BUDGET.toMillis(), TimeUnit.MILLISECONDS);
      if (!mine) {
        throw ApiProblem.unavailable("Too many look-ups of older decisions at once.");
      }
      return search(id);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiProblem.unavailable("The service is stopping.");
    } catch (KafkaException e) {
      throw ApiProblem.unavailable("The decision log can't be read now.");
    } finally {
      if (mine) {
        lock.unlock();
      }
    }
  }

  private Optional<Decision> search(DecisionId id) {
    KafkaConsumer<String, Decision> reader = reader();
    TopicPartition partition = new TopicPartition(topic, id.partition());
    OffsetAndTimestamp first =
        reader.offsetsForTimes(Map.of(partition, id.timestamp()), BUDGET).get(partition);
    if (first == null) {
      return Optional.empty();
    }
    long end = reader.endOffsets(List.of(partition), BUDGET).getOrDefault(partition, 0L);
    reader.assign(List.of(partition));
    reader.seek(partition, first.offset());
    return scan(reader, partition, id, end);
  }

  private static Optional<Decision> scan(
      KafkaConsumer<String, Decision> reader, TopicPartition partition, DecisionId id, long end) {
    String wanted = id.toString();
    long deadline = System.nanoTime() + BUDGET.toNanos();
    while (reader.position(partition) < end && System.nanoTime() < deadline) {
      for (ConsumerRecord<String, Decision> record : reader.poll(Duration.ofMillis(200))) {
        if (wanted.equals(record.value().getDecisionId())) {
          return Optional.of(record.value());
        }
        if (record.timestamp() > id.timestamp() + DISORDER.toMillis()) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  private KafkaConsumer<String, Decision> reader() {
    KafkaConsumer<String, Decision> known = consumer;
    if (known == null) {
      Map<String, Object> config =
          Map.of(
              ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
              settings.bootstrapServers(),
              ConsumerConfig.CLIENT_ID_CONFIG,
              "response-api-lookup",
              ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
              false,
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              "read_committed");
      known =
          new KafkaConsumer<>(
              config, new StringDeserializer(), new AvroDeserializer<>(registry, Decision.class));
      consumer = known;
    }
    return known;
  }

  @Override
  public void destroy() {
    lock.lock();
    try {
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
