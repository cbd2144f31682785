package dev.attune.responses.topic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
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
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean caughtUp;
  private volatile boolean started;
  private volatile @Nullable KafkaConsumer<String, T> following;

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
    return started && !isStopping();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  @Override
  public final void start() {
    started = true;
    var unused = Thread.ofVirtual().name(topic).start(this::run);
  }

  /** Wakes the consumer: an interrupted one logs errors when it is closed. */
  @Override
  public final void stop() {
    stopping.countDown();
    KafkaConsumer<String, T> consumer = following;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void run() {
    while (!isStopping()) {
      try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), values)) {
        following = consumer;
        follow(consumer);
      } catch (WakeupException e) {
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
    while (!isStopping()) {
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

  private void pause() {
    try {
      var unused = stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
