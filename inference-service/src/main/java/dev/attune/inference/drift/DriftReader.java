package dev.attune.inference.drift;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicFollower;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.SessionFeatures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.springframework.context.SmartLifecycle;

/**
 * Feeds the monitor from the two topics, on a thread of its own beside the hot path. One consumer
 * group for all instances: each watches its share of the users, which is a fair sample. It starts
 * at the newest records; what was missed while nobody watched says nothing about now.
 */
final class DriftReader extends TopicFollower implements SmartLifecycle {
  private static final Duration METRICS = Duration.ofSeconds(10);

  /**
   * The report changes every ten seconds, so the broker collects records for it until its longest
   * wait of half a second is over. Asking for each record as it comes took a fifth of the service's
   * processor time at 1,000 events a second.
   */
  private static final int FETCH_BYTES = 1 << 20;

  /** Enough for a report within minutes; every record's row would be decoded only for this. */
  private static final int RECORDS_A_SECOND = 200;

  /** Of a minute: a crowd's report can be had though it comes within seconds. */
  private static final int SPARE_RECORDS = 60 * RECORDS_A_SECOND;

  /**
   * What a commit makes readable comes all at once. It is taken in pieces of less than a
   * millisecond, with a rest between two, since who scores an event may wait for the processor.
   */
  private static final int RECORDS_A_POLL = 100;

  private static final Duration REST = Duration.ofMillis(1);

  private final KafkaSettings kafka;
  private final Topics topics;
  private final DriftMonitor monitor;
  private final DriftMeters metrics;
  private final AvroDeserializer<SessionFeatures> rows;
  private final AvroDeserializer<Prediction> predictions;
  private final UserSample sample =
      new UserSample(RECORDS_A_SECOND, SPARE_RECORDS, System.nanoTime());
  private long updatedAt = System.nanoTime();

  DriftReader(
      KafkaSettings kafka,
      SchemaRegistryClient schemas,
      DriftMonitor monitor,
      DriftMeters metrics) {
    super("drift");
    this.kafka = kafka;
    this.topics = kafka.topics().names();
    this.monitor = monitor;
    this.metrics = metrics;
    this.rows = new AvroDeserializer<>(schemas, SessionFeatures.class);
    this.predictions = new AvroDeserializer<>(schemas, Prediction.class);
  }

  @Override
  protected TopicReader open() {
    return TopicReader.ofGroup(
        kafka,
        topics.prefix() + "drift",
        List.of(topics.sessionFeatures(), topics.predictions()),
        new StartAt.End(),
        Map.of(
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG, FETCH_BYTES,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_A_POLL),
        () -> {});
  }

  @Override
  protected void take(ConsumerRecords<String, byte[]> some) {
    some.forEach(this::observe);
    sample.adjust(System.nanoTime());
    updateMetrics();
    if (!some.isEmpty()) {
      var unused = pause(REST);
    }
  }

  private void updateMetrics() {
    if (System.nanoTime() - updatedAt >= METRICS.toNanos()) {
      updatedAt = System.nanoTime();
      metrics.update(monitor.report());
    }
  }

  private void observe(ConsumerRecord<String, byte[]> record) {
    if (record.key() == null || !sample.has(record.key())) {
      return;
    }
    if (record.topic().equals(topics.predictions())) {
      predictions.readable(record).ifPresent(monitor::observe);
    } else {
      rows.readable(record).ifPresent(monitor::observe);
    }
  }
}
