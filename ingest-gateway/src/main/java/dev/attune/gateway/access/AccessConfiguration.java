package dev.attune.gateway.access;

import dev.attune.core.access.LiveKeys;
import dev.attune.http.BrowserOrigins;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Keys, and which browsers may ask at all. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {
  private static final Logger log = LoggerFactory.getLogger(AccessConfiguration.class);

  @Bean
  LiveKeys keys(AccessSettings settings, InstantSource clock) throws IOException {
    return new LiveKeys(
        settings.keys(), settings.keysFile(), settings.keysReload(), clock, log::warn);
  }

  @Bean
  BrowserOrigins browserOrigins(LiveKeys keys) {
    return origin -> keys.ring().allow(origin);
  }
}
