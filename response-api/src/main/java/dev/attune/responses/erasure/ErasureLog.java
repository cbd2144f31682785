package dev.attune.responses.erasure;

import dev.attune.core.user.ErasedUsers;
import dev.attune.responses.decision.DecisionSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.registry.AvroDeserializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The topic {@code erasures}, read from its beginning and followed: receipts by id and the list of
 * erased users. A few hundred bytes an erasure, and erasures are rare: all of it stays in memory.
 */
@Component
public class ErasureLog implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(ErasureLog.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final DecisionSettings kafka;
  private final String topic;
  private final SchemaRegistryClient registry;
  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
  private final ErasedUsers erased = new ErasedUsers();
  private volatile boolean caughtUp;
  private volatile boolean running;
  private @Nullable Thread thread;

  ErasureLog(DecisionSettings kafka, Topics topics, SchemaRegistryClient registry) {
    this.kafka = kafka;
    this.topic = topics.erasures();
    this.registry = registry;
  }

  /** Whose records to pass over. */
  public ErasedUsers erased() {
    return erased;
  }

  /** False until the list was read once: who needs all of it has to wait. */
  public boolean isCaughtUp() {
    return caughtUp;
  }

  Optional<Receipt> receipt(String id) {
    return Optional.ofNullable(receipts.get(id));
  }

  /** Known here at once, before the topic brings it. */
  Receipt remember(Receipt receipt) {
    erased.add(receipt.toAvro());
    return receipts.merge(receipt.id(), receipt, Receipt::merge);
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofVirtual().name("erasures").start(this::run);
  }

  @Override
  public void stop() {
    running = false;
    Thread reader = thread;
    if (reader != null) {
      reader.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try (KafkaConsumer<String, Erasure> consumer = consumer()) {
        follow(consumer);
      } catch (InterruptException e) {
        return;
      } catch (KafkaException e) {
        LOG.warn("The list of erasures can't be read yet: {}", e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, Erasure> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("there is no topic " + topic);
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (running) {
      for (ConsumerRecord<String, Erasure> record : consumer.poll(POLL)) {
        remember(Receipt.of(record.value()));
      }
      caughtUp |=
          ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KafkaConsumer<String, Erasure> consumer() {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            "response-api-erasures",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    return new KafkaConsumer<>(
        config, new StringDeserializer(), new AvroDeserializer<>(registry, Erasure.class));
  }
}
