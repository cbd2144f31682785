package dev.attune.bench.features;

import dev.attune.local.infra.Infra;
import dev.attune.schemas.TopicSetup;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.registry.AvroSerializer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic full of events in one partition, so that one thread reads them all. */
record EventTopic(Infra infra, Topics topics, int users, int events) {

  static EventTopic fill(Infra infra, String prefix, int users, int events) {
    Topics topics = new Topics(prefix);
    Map<String, Object> config = Map.of("bootstrap.servers", infra.bootstrapServers());
    try (Admin admin = Admin.create(config)) {
      TopicSetup.ensure(admin, topics, 1, (short) 1);
    }
    ShopEvents shop = new ShopEvents(users, 1);
    try (var producer =
        new KafkaProducer<String, InteractionEvent>(
            Map.of("bootstrap.servers", infra.bootstrapServers(), "linger.ms", 5),
            new StringSerializer(),
            new AvroSerializer<>(registry(infra)))) {
      for (int i = 0; i < events; i++) {
        InteractionEvent event = shop.next();
        var unused =
            producer.send(
                new ProducerRecord<>(topics.interactionEvents(), event.getUserId(), event));
      }
    }
    return new EventTopic(infra, topics, users, events);
  }

  SchemaRegistryClient registry() {
    return registry(infra);
  }

  private static SchemaRegistryClient registry(Infra infra) {
    return new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
  }
}
