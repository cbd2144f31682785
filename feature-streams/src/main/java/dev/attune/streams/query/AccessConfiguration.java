package dev.attune.streams.query;

import dev.attune.core.access.LiveKeys;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.audit.KeyWatch;
import dev.attune.streams.scoring.ScoringSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The keys that may read users' rows. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  LiveKeys keys(AccessSettings settings, ScoringSettings scoring, InstantSource clock)
      throws IOException {
    return new LiveKeys(
        settings.with(scoring.secret()),
        settings.keysFile(),
        settings.keysReload(),
        clock,
        log::warn);
  }

  @Bean
  KeyWatch keyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    return new KeyWatch(keys, audit, metrics);
  }
}
