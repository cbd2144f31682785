package dev.attune.gateway.kafka;

import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Events to the bytes of their topic, in the Confluent wire format. */
@Component
public final class EventEncoder {
  private final AvroSerializer<InteractionEvent> serializer;
  private final String topic;

  public EventEncoder(SchemaRegistryClient registry, Topics topics) {
    this.serializer = new AvroSerializer<>(registry);
    this.topic = topics.interactionEvents();
  }

  public byte[] encode(InteractionEvent event) {
    return Objects.requireNonNull(serializer.serialize(topic, event));
  }
}
