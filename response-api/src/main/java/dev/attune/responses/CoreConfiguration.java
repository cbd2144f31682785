package dev.attune.responses;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.schemas.Topics;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The playbook and what is made from it; a faulty playbook stops the start-up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
class CoreConfiguration {
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Playbook playbook(ReplySettings settings) {
    return Playbook.load(settings.playbook());
  }

  @Bean
  Topics topics(KafkaSettings kafka) {
    return kafka.topics().names();
  }

  @Bean
  AuditLog auditLog(KafkaSettings kafka, SchemaRegistryClient registry, Clock clock) {
    return new AuditLog(kafka, registry, "response-api", clock);
  }

  @Bean
  SchemaRegistryClient schemaRegistry(KafkaSettings kafka) {
    return new SchemaRegistryClient(kafka.registry());
  }
}
