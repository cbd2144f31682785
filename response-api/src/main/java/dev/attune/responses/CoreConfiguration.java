package dev.attune.responses;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The playbook and what is made from it; a faulty playbook stops the start-up. */
@Configuration(proxyBeanMethods = false)
class CoreConfiguration {

  /** Beyond this the registry counts as away; the log retries, so nobody waits for it. */
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(5);

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Playbook playbook(@Value("${attune.playbook}") String folder) {
    // Spring would take a relative path for a resource of the class path
    return Playbook.load(Path.of(folder));
  }

  @Bean
  Topics topics(@Value("${attune.topics.prefix}") String prefix) {
    return new Topics(prefix);
  }

  @Bean
  SchemaRegistryClient schemaRegistry(@Value("${attune.schema-registry.url}") java.net.URI url) {
    return new SchemaRegistryClient(url, REGISTRY_TIMEOUT);
  }
}
