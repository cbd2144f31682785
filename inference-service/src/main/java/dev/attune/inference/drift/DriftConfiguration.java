package dev.attune.inference.drift;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Drift's reader; without it the report stays empty. */
@Configuration(proxyBeanMethods = false)
class DriftConfiguration {
  @Bean
  @ConditionalOnProperty(name = "attune.drift.enabled", matchIfMissing = true)
  DriftReader driftReader(
      KafkaSettings kafka,
      SchemaRegistryClient schemas,
      DriftMonitor monitor,
      MeterRegistry registry) {
    return new DriftReader(kafka, schemas, monitor, new DriftMeters(registry));
  }
}
