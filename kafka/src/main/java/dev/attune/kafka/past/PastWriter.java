package dev.attune.kafka.past;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.writer.CopyWriter;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * Writes events into the topic of the past. Used by one thread; {@link #finish} tells whether Kafka
 * has them all.
 */
public final class PastWriter implements AutoCloseable {
  private final String topic;
  private final String eventsTopic;
  private final AvroSerializer<InteractionEvent> values;
  private final CopyWriter copies;

  public PastWriter(KafkaSettings kafka, SchemaRegistryClient registry, String topic) {
    this.topic = topic;
    this.eventsTopic = kafka.topics().names().interactionEvents();
    this.values = new AvroSerializer<>(registry);
    this.copies = new CopyWriter(kafka, "attune-past");
  }

  /**
   * Adds a partition's next event.
   *
   * @throws KafkaException when Kafka refused an earlier one
   */
  public void write(int partition, InteractionEvent event, PastOrigin origin) {
    // under the subject that the events' topic has
    byte[] value = values.serialize(eventsTopic, event);
    copies.write(topic, partition, null, event.getUserId(), value, List.of(origin.header()));
  }

  /** Waits until Kafka has everything. */
  public void finish() {
    copies.finish();
  }

  @Override
  public void close() {
    copies.close();
  }
}
