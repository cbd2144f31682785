package dev.attune.streams.topology;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserProfile;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** The topics, and how their values are read and written. */
public record TopicSerdes(
    Topics topics,
    Deserializer<InteractionEvent> event,
    Deserializer<Decision> decision,
    Serializer<SessionFeatures> features,
    Serializer<UserProfile> profile,
    Serializer<SegmentChange> segmentChange,
    Serializer<Session> session,
    Serializer<Erasure> erasure,
    Serializer<DeadLetter> deadLetter) {
  public static TopicSerdes of(Topics topics, SchemaRegistryClient registry) {
    return new TopicSerdes(
        topics,
        new AvroDeserializer<>(registry, InteractionEvent.class),
        new AvroDeserializer<>(registry, Decision.class),
        new AvroSerializer<>(registry),
        new AvroSerializer<>(registry),
        new AvroSerializer<>(registry),
        new AvroSerializer<>(registry),
        new AvroSerializer<>(registry),
        new AvroSerializer<>(registry));
  }
}
