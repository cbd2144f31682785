package dev.attune.inference.drift;

import dev.attune.inference.model.ModelHost;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Drift's parts; without the reader the report stays empty. */
@Configuration(proxyBeanMethods = false)
class DriftConfiguration {

  @Bean
  DriftMonitor driftMonitor(DriftSettings properties, ModelHost models, InstantSource clock) {
    return new DriftMonitor(properties, models, clock);
  }

  @Bean
  @ConditionalOnProperty(name = "attune.drift.enabled", matchIfMissing = true)
  DriftReader driftReader(
      KafkaSettings kafka,
      SchemaRegistryClient schemas,
      DriftMonitor monitor,
      MeterRegistry registry) {
    return new DriftReader(kafka, schemas, monitor, new DriftMetrics(registry));
  }
}
