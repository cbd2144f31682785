package dev.attune.streams.skew;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicFollower;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.streams.runtime.PipelineSettings;
import dev.attune.streams.runtime.StreamsSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Feeds the check, beside the topology and without part in its transactions: a group of its own.
 * The range assignor gives an instance the same partitions of both topics. Values are decoded only
 * for sampled users.
 */
@Component
class SkewReader extends TopicFollower implements SmartLifecycle {
  /**
   * Nobody waits for this check, so the broker collects records for it until its longest wait of
   * half a second is over. Asking for each record as it comes took a sixth of the service's
   * processor time at 1,000 events a second, and as much of the broker's.
   */
  private static final int FETCH_BYTES = 1 << 20;

  private final KafkaSettings kafka;
  private final SkewSettings settings;
  private final String group;
  private final Topics topics;
  private final SkewCheck check;
  private final AvroDeserializer<InteractionEvent> events;
  private final AvroDeserializer<SessionFeatures> features;

  SkewReader(
      KafkaSettings kafka,
      SkewSettings settings,
      StreamsSettings streams,
      PipelineSettings pipeline,
      Playbook playbook,
      SchemaRegistryClient schemas,
      MeterRegistry registry) {
    super("feature-skew");
    this.kafka = kafka;
    this.settings = settings;
    this.group = streams.applicationId() + "-skew";
    this.topics = kafka.topics().names();
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
  public boolean isAutoStartup() {
    return settings.oneIn() > 0;
  }

  /** Begins a while ago on whatever partitions it is given. */
  @Override
  protected TopicReader open() {
    return TopicReader.ofGroup(
        kafka,
        group,
        List.of(topics.interactionEvents(), topics.sessionFeatures()),
        new StartAt.Ago(settings.since()),
        Map.of(
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
            FETCH_BYTES,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            RangeAssignor.class.getName()),
        check::forget);
  }

  @Override
  protected void take(ConsumerRecords<String, byte[]> records) {
    records.forEach(this::take);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (!check.samples(record.key())) {
      return;
    }
    if (record.topic().equals(topics.interactionEvents())) {
      events.readable(record).ifPresent(event -> takeEvent(record, event));
    } else {
      features.readable(record).ifPresent(check::vector);
    }
  }

  private void takeEvent(ConsumerRecord<String, byte[]> record, InteractionEvent event) {
    if (event.getReceivedAt() <= 0) {
      event.setReceivedAt(record.timestamp());
    }
    check.event(event, record.partition(), record.offset());
  }
}
