package dev.attune.inference.kafka;

import dev.attune.inference.scoring.PredictionLog;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.Prediction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Publishes stored predictions. A thread of its own stands between scoring and Kafka, because a
 * producer blocks while it knows no leader, and a reply must not wait for a record that only
 * analysis reads. What doesn't fit the buffer or isn't acknowledged is dropped and counted.
 */
@Component
public final class PredictionPublisher implements PredictionLog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PredictionPublisher.class);

  /**
   * Only analysis reads the topic, so records may wait for company: at 5 ms the producer took a
   * sixth of the service's processor time at 1,000 predictions a second.
   */
  private static final int LINGER_MILLIS = 100;

  /** Between looks at the buffer, unless it fills: one wake-up for many predictions. */
  private static final int REST_MILLIS = 10;

  private final BlockingQueue<Prediction> buffer;
  private final Producer<String, Prediction> producer;
  private final String topic;
  private final Thread sender;
  private final Counter published;
  private final Counter full;
  private final Counter failed;
  private volatile boolean closed;

  public PredictionPublisher(
      KafkaSettings kafka,
      PublisherSettings settings,
      SchemaRegistryClient schemas,
      MeterRegistry registry) {
    buffer = new ArrayBlockingQueue<>(settings.buffer());
    topic = kafka.topics().names().predictions();
    producer =
        new KafkaProducer<>(
            kafka.producer("attune-inference", properties(settings.timeout())),
            new StringSerializer(),
            new AvroSerializer<>(schemas));
    published =
        Counter.builder("attune.predictions.published")
            .description("Predictions that the topic has")
            .register(registry);
    full = dropped(registry, "buffer_full");
    failed = dropped(registry, "not_acknowledged");
    sender = Thread.ofPlatform().name("predictions").daemon().start(this::send);
  }

  private static Map<String, Object> properties(Duration timeout) {
    int millis = (int) timeout.toMillis();
    return Map.of(
        ProducerConfig.ACKS_CONFIG,
        "all",
        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
        true,
        ProducerConfig.COMPRESSION_TYPE_CONFIG,
        "lz4",
        ProducerConfig.LINGER_MS_CONFIG,
        LINGER_MILLIS,
        // the default of 32 MB is a third of a small heap
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        8L << 20,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        millis,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        millis,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        6 * millis);
  }

  private static Counter dropped(MeterRegistry registry, String reason) {
    return Counter.builder("attune.predictions.dropped")
        .description("Predictions that are stored but missing in the topic")
        .tag("reason", reason)
        .register(registry);
  }

  @Override
  public void append(Prediction prediction) {
    if (!buffer.offer(prediction)) {
      full.increment();
    }
  }

  private void send() {
    List<Prediction> waiting = new ArrayList<>();
    while (!closed || !buffer.isEmpty()) {
      try {
        Prediction first = buffer.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          waiting.add(first);
          buffer.drainTo(waiting);
          waiting.forEach(this::send);
          if (waiting.size() < buffer.remainingCapacity() / 10) {
            TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
          }
          waiting.clear();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void send(Prediction prediction) {
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(topic, prediction.getUserId(), prediction),
              (metadata, e) -> (e == null ? published : failed).increment());
    } catch (KafkaException e) {
      failed.increment();
      log.debug("A prediction was not published: {}", e.getMessage());
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    sender.join(Duration.ofSeconds(5));
    producer.close(Duration.ofSeconds(5));
  }
}
