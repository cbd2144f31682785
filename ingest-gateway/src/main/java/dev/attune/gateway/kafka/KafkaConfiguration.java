package dev.attune.gateway.kafka;

import static org.apache.kafka.clients.producer.ProducerConfig.*;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.RegistryWatch;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The clients of Kafka and the registry. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
class KafkaConfiguration {
  @Bean
  Topics topics(KafkaSettings kafka) {
    return kafka.topics().names();
  }

  @Bean
  SchemaRegistryClient schemaRegistryClient(KafkaSettings kafka) {
    return new SchemaRegistryClient(kafka.registry());
  }

  @Bean(initMethod = "start", destroyMethod = "stop")
  RegistryWatch registryWatch(SchemaRegistryClient registry, Topics topics, MeterRegistry meters) {
    return new RegistryWatch(registry, Topics.subject(topics.interactionEvents()), meters);
  }

  @Bean
  AuditLog auditLog(KafkaSettings kafka, SchemaRegistryClient registry, InstantSource clock) {
    return new AuditLog(kafka, registry, "ingest-gateway", clock);
  }

  /** Closed after the web server has answered its last request. */
  @Bean(destroyMethod = "")
  Producer<byte[], byte[]> producer(KafkaSettings kafka, ProducerSettings settings) {
    return new KafkaProducer<>(
        kafka.producer("attune-gateway", properties(settings)),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Bean
  ProducerEnd producerEnd(
      Producer<byte[], byte[]> producer, ProducerSettings settings, MeterRegistry meters) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(meters);
    return new ProducerEnd(producer, settings.deadline(), metrics);
  }

  /** Waits for what is still on its way, but not longer than a request would. */
  record ProducerEnd(Producer<?, ?> producer, Duration patience, KafkaClientMetrics metrics)
      implements AutoCloseable {
    @Override
    public void close() {
      metrics.close();
      producer.close(patience);
    }
  }

  private static Map<String, Object> properties(ProducerSettings settings) {
    Map<String, Object> all = new HashMap<>();
    long deadline = settings.deadline().toMillis();
    all.put(ACKS_CONFIG, "all");
    all.put(ENABLE_IDEMPOTENCE_CONFIG, true);
    // the threads of connections send: a full buffer is an answer, not a wait, and what is known of
    // the topics is never forgotten
    all.put(MAX_BLOCK_MS_CONFIG, 0);
    all.put(METADATA_MAX_IDLE_CONFIG, Duration.ofDays(3650).toMillis());
    all.put(BUFFER_MEMORY_CONFIG, settings.buffer().toBytes());
    all.put(BATCH_SIZE_CONFIG, (int) settings.batch().toBytes());
    all.put(LINGER_MS_CONFIG, settings.linger().toMillis());
    all.put(MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, settings.inFlight());
    all.put(COMPRESSION_TYPE_CONFIG, settings.compression());
    // a record must not be written long after its request was told to try again
    all.put(DELIVERY_TIMEOUT_MS_CONFIG, (int) deadline);
    all.put(REQUEST_TIMEOUT_MS_CONFIG, (int) ((deadline - settings.linger().toMillis()) / 2));
    return all;
  }
}
