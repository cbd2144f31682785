package dev.attune.gateway.kafka;

import dev.attune.kafka.registry.RegistryException;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.registry.SchemaSetup;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.EventBatch;
import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * What must be there before the service is ready: topics, schemas, the topic's metadata. As a
 * runner it holds back readiness (Spring Boot says ready after the last runner) while liveness is
 * up already, and it waits for a broker or registry that starts later. A schema that the registry
 * refuses ends the start.
 */
@Component
final class Startup implements ApplicationRunner {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final KafkaSettings kafka;
  private final TopicSettings topicSettings;
  private final Topics topics;
  private final SchemaRegistryClient registry;
  private final Producer<byte[], byte[]> producer;
  private final EventLog log;

  Startup(
      KafkaSettings kafka,
      TopicSettings topicSettings,
      Topics topics,
      SchemaRegistryClient registry,
      Producer<byte[], byte[]> producer,
      EventLog log) {
    this.kafka = kafka;
    this.topicSettings = topicSettings;
    this.topics = topics;
    this.registry = registry;
    this.producer = producer;
    this.log = log;
  }

  @Override
  public void run(ApplicationArguments arguments) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (!prepared()) {
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
    log.open();
  }

  private boolean prepared() {
    try {
      if (topicSettings.create()) {
        try (Admin admin = Admin.create(KafkaConfiguration.clientProperties(kafka))) {
          TopicSetup.ensure(
              admin, topics, topicSettings.partitions(), topicSettings.replicationFactor());
        }
      }
      SchemaSetup.register(registry, topics);
      registerBatches();
      return knows(topics.interactionEvents()) && knows(topics.deadLetters());
    } catch (KafkaException e) {
      LOG.warn("Kafka is not ready yet: {}", e.toString());
    } catch (RegistryException.Unavailable e) {
      LOG.warn("The schema registry is not ready yet: {}", e.getMessage());
    }
    return false;
  }

  /** The producer never waits: it asks for what it doesn't know, and a later look finds it. */
  private boolean knows(String topic) {
    return !producer.partitionsFor(topic).isEmpty();
  }

  /** The schema of binary bodies: no topic has it, clients find its id in the registry. */
  private void registerBatches() {
    String subject = Topics.subject(topicSettings.prefix() + "event-batch");
    int unused = registry.register(subject, EventBatch.getClassSchema());
    registry.setCompatibility(subject, SchemaSetup.COMPATIBILITY);
  }
}
