package dev.attune.responses;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes to topics what other services, or other instances of this one, have written. */
final class TopicWriters {
  private TopicWriters() {}

  /** Makes all topics, of two partitions each, and a producer for one kind of record. */
  static <T extends SpecificRecord> KafkaProducer<String, T> of(Infra infra, Topics topics) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", infra.bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      TopicSetup.ensure(admin, new TopicSettings(topics.prefix(), true, 2, (short) 1));
    }
    var registry = new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(5));
    return new KafkaProducer<>(
        KafkaSettings.of(infra.bootstrapServers()).producer("test", Map.of()),
        new StringSerializer(),
        new AvroSerializer<>(registry));
  }
}
