package dev.attune.gateway.kafka;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.schemas.Topics;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * What must be there before the service is ready: topics, schemas, the topic's metadata. As a
 * runner it holds back readiness (Spring Boot says ready after the last runner) while liveness is
 * up already. A schema that the registry refuses ends the start.
 */
@Component
final class IngestStartup implements ApplicationRunner {
  private final Topics topics;
  private final Producer<byte[], byte[]> producer;
  private final EventLog log;
  private final KafkaStart start;

  IngestStartup(
      KafkaSettings kafka,
      Topics topics,
      SchemaRegistryClient registry,
      Producer<byte[], byte[]> producer,
      EventLog log) {
    this.topics = topics;
    this.producer = producer;
    this.log = log;
    this.start =
        KafkaStart.topics(kafka)
            .then(this::askForTopics)
            .schemas(kafka, registry)
            .then(this::knowsTopics);
  }

  @Override
  public void run(ApplicationArguments arguments) throws InterruptedException {
    start.await();
    log.open();
  }

  /** The answers come while the schemas are registered. */
  private boolean askForTopics() {
    var unused = knowsTopics();
    return true;
  }

  /** Looks for both, since a look asks Kafka for what it doesn't find. */
  private boolean knowsTopics() {
    return knows(topics.interactionEvents()) & knows(topics.deadLetters());
  }

  /** The producer never waits: what it doesn't know yet is found by a later look. */
  private boolean knows(String topic) {
    try {
      return !producer.partitionsFor(topic).isEmpty();
    } catch (TimeoutException notYet) {
      return false;
    }
  }
}
