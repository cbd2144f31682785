package dev.attune.responses.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads a small topic from its beginning and follows it, on a thread of its own and without a
 * group: every replica sees all of it. After a failure of Kafka it begins anew, so a record may
 * come more than once. Subclasses keep what they need of it in memory.
 *
 * @param <T> the topic's values
 */
public abstract class TopicFollower<T> implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final String topic;
  private final Map<String, Object> config;
  private final Deserializer<T> values;
  private volatile boolean caughtUp;
  private volatile boolean running;
  private @Nullable Thread thread;

  /**
   * @param clientId how the broker's logs and metrics name this reader
   */
  protected TopicFollower(
      String topic, String bootstrapServers, String clientId, Deserializer<T> values) {
    this.topic = topic;
    this.values = values;
    this.config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.CLIENT_ID_CONFIG,
            clientId,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // half a transaction is nobody's business
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
  }

  /** False until what the topic held at the start was read once. */
  public final boolean isCaughtUp() {
    return caughtUp;
  }

  /** Takes a record in; called by the follower's thread. */
  protected abstract void remember(T record);

  @Override
  public final boolean isRunning() {
    return running;
  }

  @Override
  public final void start() {
    running = true;
    thread = Thread.ofVirtual().name(topic).start(this::run);
  }

  @Override
  public final void stop() {
    running = false;
    Thread reader = thread;
    if (reader != null) {
      reader.interrupt();
    }
  }

  private void run() {
    while (running) {
      try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), values)) {
        follow(consumer);
      } catch (InterruptException e) {
        return;
      } catch (KafkaException e) {
        LOG.warn("The topic {} can't be read yet: {}", topic, e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, T> consumer) {
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
      for (ConsumerRecord<String, T> record : consumer.poll(POLL)) {
        remember(record.value());
      }
      caughtUp = caughtUp || isAt(ends, consumer);
    }
  }

  private static boolean isAt(Map<TopicPartition, Long> ends, KafkaConsumer<?, ?> consumer) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
