package dev.attune.streams.skew;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.streams.runtime.PipelineSettings;
import dev.attune.streams.runtime.StreamsSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Feeds the check, beside the topology and without part in its transactions: a group of its own
 * that commits nothing. The range assignor gives an instance the same partitions of both topics.
 * Values are decoded only for sampled users.
 */
@Component
class SkewReader implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(SkewReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  /**
   * Nobody waits for this check, so the broker collects records for it until its longest wait of
   * half a second is over. Asking for each record as it comes took a sixth of the service's
   * processor time at 1,000 events a second, and as much of the broker's.
   */
  private static final int FETCH_BYTES = 1 << 20;

  private final SkewSettings settings;
  private final StreamsSettings streams;
  private final Topics topics;
  private final SkewCheck check;
  private final AvroDeserializer<InteractionEvent> events;
  private final AvroDeserializer<SessionFeatures> features;
  private final InstantSource clock = InstantSource.system();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private @Nullable Thread thread;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;

  SkewReader(
      SkewSettings settings,
      StreamsSettings streams,
      PipelineSettings pipeline,
      Playbook playbook,
      SchemaRegistryClient schemas,
      MeterRegistry registry) {
    this.settings = settings;
    this.streams = streams;
    this.topics = new Topics(pipeline.topicPrefix());
    this.check =
        new SkewCheck(
            playbook.engine(),
            playbook.features().id(),
            Math.max(1, settings.oneIn()),
            pipeline.epoch(),
            registry);
    this.events = new AvroDeserializer<>(schemas, InteractionEvent.class);
    this.features = new AvroDeserializer<>(schemas, SessionFeatures.class);
  }

  @Override
  public void start() {
    if (settings.oneIn() > 0) {
      thread = Thread.ofPlatform().name("feature-skew").daemon().start(this::run);
    }
  }

  /** Wakes the consumer: an interrupted one logs errors and can't leave its group. */
  @Override
  public void stop() {
    stopping.countDown();
    KafkaConsumer<byte[], byte[]> consumer = reading;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      if (thread != null) {
        var unused = thread.join(LONGEST_STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null && !isStopping();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void run() {
    while (!isStopping()) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        reading = consumer;
        consumer.subscribe(
            List.of(topics.interactionEvents(), topics.sessionFeatures()), new Beginning(consumer));
        while (!isStopping()) {
          consumer.poll(POLL).forEach(this::take);
        }
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        LOG.warn("the check of features waits: {}", e.getMessage());
        pause();
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (!check.samples(record.key()) || record.value() == null) {
      return;
    }
    try {
      if (record.topic().equals(topics.interactionEvents())) {
        takeEvent(record);
      } else {
        SessionFeatures vector = features.deserialize(record.topic(), record.value());
        if (vector != null) {
          check.vector(vector);
        }
      }
    } catch (RecordException e) {
      // the topology makes a dead letter of it
      LOG.debug("a record was passed over: {}", e.getMessage());
    }
  }

  private void takeEvent(ConsumerRecord<byte[], byte[]> record) {
    InteractionEvent event = events.deserialize(record.topic(), record.value());
    if (event == null) {
      return;
    }
    if (event.getReceivedAt() <= 0) {
      event.setReceivedAt(record.timestamp());
    }
    check.event(event, record.partition(), record.offset());
  }

  /** Begins a while ago on whatever partitions it is given. */
  private final class Beginning implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> consumer;

    Beginning(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      check.forget();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      long from = clock.millis() - settings.since().toMillis();
      Map<TopicPartition, Long> times = new HashMap<>();
      partitions.forEach(partition -> times.put(partition, from));
      Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
      for (TopicPartition partition : partitions) {
        OffsetAndTimestamp first = found.get(partition);
        if (first == null) {
          consumer.seekToEnd(List.of(partition));
        } else {
          consumer.seek(partition, first.offset());
        }
      }
    }
  }

  private void pause() {
    try {
      var unused = stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>(streams.kafka());
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, streams.bootstrapServers());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, streams.applicationId() + "-skew");
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, streams.applicationId() + "-skew");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES);
    config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
