package dev.attune.streams.bench.features;

import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of events in one partition, so that one thread reads them all. */
record EventTopic(Infra infra, Topics topics) {
  static EventTopic create(Infra infra, String prefix) {
    Topics topics = new Topics(prefix);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", infra.bootstrapServers()))) {
      TopicSetup.ensure(admin, new TopicSettings(prefix, true, 1, (short) 1));
    }
    return new EventTopic(infra, topics);
  }

  /** Returns once the broker has them. */
  void send(int events, Supplier<InteractionEvent> next) {
    try (var producer =
        new KafkaProducer<String, InteractionEvent>(
            Map.of("bootstrap.servers", infra.bootstrapServers(), "linger.ms", 5),
            new StringSerializer(),
            new AvroSerializer<>(registry()))) {
      for (int i = 0; i < events; i++) {
        InteractionEvent event = next.get();
        var unused =
            producer.send(
                new ProducerRecord<>(topics.interactionEvents(), event.getUserId(), event));
      }
    }
  }

  SchemaRegistryClient registry() {
    return new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
  }
}
