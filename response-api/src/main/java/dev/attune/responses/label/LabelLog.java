package dev.attune.responses.label;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.PersonLabel;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The topic {@code labels}, read from its beginning and followed: what people said of messages.
 * Some hundred bytes each and given by hand: all of them stay in memory.
 */
@Component
class LabelLog extends WholeTopicFollower<PersonLabel> {
  private final Map<String, PersonLabel> byEvent = new ConcurrentHashMap<>();

  LabelLog(KafkaSettings kafka, Topics topics, SchemaRegistryClient registry) {
    super(kafka, topics.labels(), new AvroDeserializer<>(registry, PersonLabel.class));
  }

  @Override
  protected void remember(PersonLabel label, long offset) {
    byEvent.put(label.getEventId(), label);
  }

  @Override
  protected void forget(String eventId) {
    byEvent.remove(eventId);
  }

  /** Null: nobody said anything of it, or it was taken back. */
  @Nullable PersonLabel of(String eventId) {
    return byEvent.get(eventId);
  }

  Collection<PersonLabel> all() {
    return byEvent.values();
  }
}
