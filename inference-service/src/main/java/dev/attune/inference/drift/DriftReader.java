package dev.attune.inference.drift;

import dev.attune.inference.background.BackgroundThread;
import dev.attune.inference.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.RecordException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.SessionFeatures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Feeds the monitor from the two topics, on a thread of its own beside the hot path. One consumer
 * group for all instances: each watches its share of the users, which is a fair sample. It starts
 * at the newest records; what was missed while nobody watched says nothing about now.
 */
final class DriftReader implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(DriftReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration METRICS = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /**
   * The report changes every ten seconds, so the broker collects records for it until its longest
   * wait of half a second is over. Asking for each record as it comes took a fifth of the service's
   * processor time at 1,000 events a second.
   */
  private static final int FETCH_BYTES = 1 << 20;

  /** Enough for a report within minutes; every record's row would be decoded only for this. */
  private static final int RECORDS_A_SECOND = 200;

  /**
   * What a commit makes readable comes all at once. It is taken in pieces of less than a
   * millisecond, with a rest between two, since who scores an event may wait for the processor.
   */
  private static final int RECORDS_A_POLL = 100;

  private static final Duration REST = Duration.ofMillis(1);

  private final KafkaSettings properties;
  private final DriftMonitor monitor;
  private final DriftMetrics metrics;
  private final AvroDeserializer<SessionFeatures> rows;
  private final AvroDeserializer<Prediction> predictions;
  private final UserSample sample = new UserSample(RECORDS_A_SECOND, System.nanoTime());
  private final BackgroundThread thread;
  private long updatedAt = System.nanoTime();

  DriftReader(
      KafkaSettings properties,
      SchemaRegistryClient schemas,
      DriftMonitor monitor,
      DriftMetrics metrics) {
    this.properties = properties;
    this.monitor = monitor;
    this.metrics = metrics;
    this.rows = new AvroDeserializer<>(schemas, SessionFeatures.class);
    this.predictions = new AvroDeserializer<>(schemas, Prediction.class);
    this.thread = new BackgroundThread("drift", this::read);
  }

  private void read() {
    while (!thread.isStopping()) {
      try (var consumer =
          new KafkaConsumer<>(settings(), new StringDeserializer(), new ByteArrayDeserializer())) {
        consumer.subscribe(
            List.of(properties.topics().sessionFeatures(), properties.topics().predictions()));
        while (!thread.isStopping()) {
          ConsumerRecords<String, byte[]> some = consumer.poll(POLL);
          some.forEach(this::observe);
          sample.adjust(System.nanoTime());
          updateMetrics();
          if (!some.isEmpty()) {
            var unused = thread.pause(REST);
          }
        }
      } catch (KafkaException e) {
        log.warn("Drift is not watched for now: {}", e.getMessage());
        var unused = thread.pause(PAUSE);
      }
    }
  }

  private void updateMetrics() {
    if (System.nanoTime() - updatedAt >= METRICS.toNanos()) {
      updatedAt = System.nanoTime();
      metrics.update(monitor.report());
    }
  }

  private Map<String, Object> settings() {
    return properties.client(
        Map.of(
            "client.id",
            "attune-inference-drift",
            "group.id",
            properties.topicPrefix() + "drift",
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "latest",
            "fetch.min.bytes",
            FETCH_BYTES,
            "max.poll.records",
            RECORDS_A_POLL));
  }

  private void observe(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null || !sample.has(record.key())) {
      return;
    }
    try {
      if (record.topic().equals(properties.topics().predictions())) {
        Prediction prediction = predictions.deserialize(record.topic(), record.value());
        if (prediction != null) {
          monitor.observe(prediction);
        }
      } else {
        SessionFeatures row = rows.deserialize(record.topic(), record.value());
        if (row != null) {
          monitor.observe(row);
        }
      }
    } catch (RecordException e) {
      if (e.retriable()) {
        throw e;
      }
      log.debug("A record is left out: {}", e.getMessage());
    }
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() {
    thread.stop();
  }

  @Override
  public boolean isRunning() {
    return thread.isRunning();
  }
}
