package dev.attune.inference.access;

import dev.attune.core.access.LiveKeys;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.KeySettings;
import dev.attune.kafka.audit.KeyWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keys that may score and administer models. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeySettings.class)
class AccessConfiguration {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  LiveKeys keys(KeySettings settings, SharedSecretSettings shared, InstantSource clock)
      throws IOException {
    String secret = shared.inferenceSecret();
    KeySettings all = secret == null ? settings : settings.and("feature-streams", secret);
    return all.live(clock, log::warn);
  }

  @Bean
  KeyWatch keyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    return new KeyWatch(keys, audit, metrics);
  }
}
