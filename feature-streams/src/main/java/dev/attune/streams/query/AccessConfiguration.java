package dev.attune.streams.query;

import dev.attune.core.access.LiveKeys;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.KeySettings;
import dev.attune.kafka.audit.KeyWatch;
import dev.attune.streams.scoring.ScoringSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keys that may read users' rows. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeySettings.class)
class AccessConfiguration {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  LiveKeys keys(KeySettings settings, ScoringSettings scoring, InstantSource clock)
      throws IOException {
    return settings.and("attune.scoring.secret", scoring.secret()).live(clock, log::warn);
  }

  @Bean
  KeyWatch keyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    return new KeyWatch(keys, audit, metrics);
  }
}
