package dev.attune.gateway.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.AccessKey.Role;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.UserSignature;
import dev.attune.http.BrowserOrigins;
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

/** Keys, signatures, and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeySettings.class)
class AccessConfiguration {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  LiveKeys keys(KeySettings settings, IdentitySettings identity, InstantSource clock)
      throws IOException {
    LiveKeys keys = settings.live(clock, log::warn);
    if (identity.identitySecrets().isEmpty()) {
      keys.ring().keys().forEach(AccessConfiguration::mustNotBeSigned);
    }
    return keys;
  }

  private static void mustNotBeSigned(AccessKey key) {
    if (key.role() == Role.WRITE_SIGNED) {
      throw new IllegalArgumentException(
          "key " + key.name() + ": role write-signed needs attune.identity-secrets");
    }
  }

  @Bean
  UserSignature userSignature(IdentitySettings settings) {
    return new UserSignature(settings.identitySecrets());
  }

  @Bean
  BrowserOrigins browserOrigins(LiveKeys keys) {
    return origin -> keys.ring().allow(origin);
  }

  @Bean
  KeyWatch keyWatch(LiveKeys keys, AuditLog audit, MeterRegistry metrics) {
    return new KeyWatch(keys, audit, metrics);
  }
}
